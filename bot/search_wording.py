"""What the bot says about a search and its answers; part of ``bot.wording``.

A name that ends in ``_one`` is how English says it of exactly one; ``counted`` chooses.
"""

from __future__ import annotations

from typing import Final

ENGLISH: Final = {
    "results": "{total} moments match “{query}”",
    "one_result": "1 moment matches “{query}”",
    "similar_to": "{total} moments like number {number}",
    "one_similar_to": "1 moment like number {number}",
    "shown_moment": "Moment {number}",
    "timing_all": "{seconds} s",
    "timing": "{first}–{last} of {total} · {seconds} s",
    # Under a hit
    "edit": "Edit in Web",
    "play": "Play",
    "share": "Share",
    "similar": "Similar",
    "people": "People: {names}",
    "why": "Why: {reasons}",
    "number": "No. {number}",
    "weak": "weak match",
    "thumbnail": "A frame of {title} at {time}",
    "not_relevant": "Not relevant",
    "relevant": "Relevant",
    "copy_link": "Copy link",
    "neighbours": "Before and after",
    # Chips
    "drop": "Remove {label}",
    "drop_more": "Remove another…",
    "only_filter": "Filter: {label}",
    # Nothing good enough
    "nothing": "Nothing good enough for “{query}”",
    "nothing_similar": "Nothing is like moment {number}",
    "nothing_widened": "Nothing was widened on your behalf.",
    "nearest_misses": "*The nearest misses* (weak matches):",
    "without_filter": "without *{label}*: {count} moments",
    "without_filter_one": "without *{label}*: 1 moment",
    "filter_removed": "*What the filters take away:*",
    "without_button": "Without {label}",
    "nothing_tips": (
        "Your words were taken as they are. What may help:\n"
        "• fewer words, or others: a colour and a piece of clothing work well, “red jacket”\n"
        "• Korean and English both work: “빨간 옷” finds the same people\n"
        "• a video that was just added may still be processed; the library shows its progress"
    ),
    "page_empty": "There is no page {page} of this search any more; the library has changed.",
    # A query that cannot be run
    "problem": "This search cannot be run as it is",
    "nothing_searched": "Nothing was searched.",
    "more_problems": "{count} more are wrong.",
    "more_problems_one": "One more is wrong.",
    "search_that": "Search that",
    # Answers to what is pressed
    "marked_relevant": (
        "Thank you: marked as relevant to “{query}”. Choose it again to take it back."
    ),
    "marked_not_relevant": (
        "Thank you: marked as not relevant to “{query}”. Choose it again to take it back."
    ),
    "mark_taken_back": "Taken back: you have no mark on this moment for “{query}” any more.",
    "link_to": "Link to {place} (opens for whoever may sign in):",
    "neighbours_title": "Before and after in {title}",
    "this_moment": "this moment",
    "no_neighbours": "There is no other moment in this video.",
    "shared_in": "Shared to {channel}.",
    "share_not_in": (
        "ClipOps is not in {channel}, so it cannot post there. "
        "Type `/invite @ClipOps` in that channel, then share again."
    ),
    "replaced": "“{query}” was stopped: replaced by your newer search.",
    # Refine
    "refine": "Refine",
    "refine_title": "Refine the search",
    "refine_label": "What to look for",
    "refine_hint": "Words as people say them; filters such as -camera:door or -dark work here too.",
    "refine_submit": "Search",
    "refine_close": "Cancel",
    "refine_empty": "Type what to look for, or choose a filter.",
    "refine_any": "Any",
    "refine_person": "Person",
    "refine_group": "Group",
    "refine_camera": "Camera",
    "refine_object": "Thing",
    "refine_clothes": "Clothes",
    "refine_clothes_hint": "A colour and a garment, for example: red jacket",
    "refine_video": "Video",
    "refine_video_hint": "A part of its title, for example: lobby",
    "refine_longer": "At least this long",
    "refine_longer_hint": "For example: 10s, 1m or 1:30",
    "refine_on": "On this day",
    "refine_after": "From this day on",
    "refine_before": "Before this day",
    "refine_sort": "Order",
    "sort_best": "Best match first",
    "sort_newest": "Newest first",
    "sort_oldest": "Oldest first",
    # Help
    "help_title": "Find a moment in your video",
    "help": (
        "`{command} red jacket` finds the moments that match. English and Korean work alike.\n"
        "*Filters* go anywhere among the words:\n"
        "`person:jimin` `group:staff` `camera:door` `video:lobby` `object:car`\n"
        '`clothes:"red coat"` `after:yesterday` `before:11/1` `on:today` `longer:10s` `sort:time`\n'
        '`"exact phrase"`; a minus takes out: `-dark` `-camera:door`\n'
        "Dates are read in your time zone: `2026-11-01` `11/1` `today` `3h` `2d`\n"
        "`similar 12` · `show 12` · `share 12 #channel`: by the number of a moment\n"
        "*Edit in Web* and *Play* open it in the editor; *Share* posts a copy everyone can read.\n"
        "*Refine* changes the search in a form; *✕* takes one filter out.\n"
        "Behind the three dots: not relevant, who it is, link, before and after.\n"
        "`people`: who has been seen; `people Jimin` shows where.\n"
        "`status`: videos in work, what failed, and the models in use."
    ),
    "help_try": "Try one:",
}

KOREAN: Final = {
    "results": "“{query}”에 맞는 장면 {total}개",
    "one_result": "“{query}”에 맞는 장면 1개",
    "similar_to": "{number}번과 비슷한 장면 {total}개",
    "one_similar_to": "{number}번과 비슷한 장면 1개",
    "shown_moment": "{number}번 장면",
    "timing_all": "{seconds}초",
    "timing": "{total}개 중 {first}–{last}번째 · {seconds}초",
    "edit": "웹에서 편집",
    "play": "재생",
    "share": "공유",
    "similar": "비슷한 장면",
    "people": "인물: {names}",
    "why": "근거: {reasons}",
    "number": "{number}번",
    "weak": "약한 일치",
    "thumbnail": "{title}의 {time} 장면",
    "not_relevant": "찾던 장면이 아님",
    "relevant": "찾던 장면이 맞음",
    "copy_link": "링크 복사",
    "neighbours": "앞뒤 장면",
    "drop": "{label} 빼기",
    "drop_more": "다른 조건 빼기…",
    "only_filter": "조건: {label}",
    "nothing": "“{query}”에 충분히 맞는 장면이 없습니다",
    "nothing_similar": "{number}번과 비슷한 장면이 없습니다",
    "nothing_widened": "검색 범위를 임의로 넓히지 않았습니다.",
    "nearest_misses": "*가장 가까운 장면:* 모두 약한 일치입니다.",
    "without_filter": "*{label}* 조건이 없으면 {count}개",
    "without_filter_one": "*{label}* 조건이 없으면 1개",
    "filter_removed": "*조건 때문에 빠진 장면:*",
    "without_button": "{label} 빼고 찾기",
    "nothing_tips": (
        "검색 범위를 임의로 넓히지 않았습니다. 이렇게 해 보세요.\n"
        "• 단어를 줄이거나 바꿔 보세요. “빨간 재킷”처럼 색과 옷을 함께 쓰면 잘 찾습니다.\n"
        "• 한국어와 영어 모두 됩니다. “red jacket”으로도 같은 사람을 찾습니다.\n"
        "• 방금 추가한 영상은 아직 처리 중일 수 있습니다. 라이브러리에서 진행을 볼 수 있습니다."
    ),
    "page_empty": "라이브러리가 바뀌어 이 검색의 {page}쪽이 더는 없습니다.",
    "problem": "이대로는 검색할 수 없습니다",
    "nothing_searched": "아직 아무것도 찾지 않았습니다.",
    "more_problems": "고칠 곳이 {count}군데 더 있습니다.",
    "more_problems_one": "고칠 곳이 한 군데 더 있습니다.",
    "search_that": "이렇게 찾기",
    "marked_relevant": (
        "고맙습니다. “{query}”에 맞는 장면으로 표시했습니다. 다시 누르면 표시가 지워집니다."
    ),
    "marked_not_relevant": (
        "고맙습니다. “{query}”에 맞지 않는 장면으로 표시했습니다. 다시 누르면 표시가 지워집니다."
    ),
    "mark_taken_back": "“{query}”에 대한 이 장면의 표시를 지웠습니다.",
    "link_to": "{place} 링크입니다(로그인할 수 있는 사람에게 열립니다).",
    "neighbours_title": "{title}의 앞뒤 장면",
    "this_moment": "이 장면",
    "no_neighbours": "이 영상에는 다른 장면이 없습니다.",
    "shared_in": "{channel} 채널에 공유했습니다.",
    "share_not_in": (
        "ClipOps가 {channel} 채널에 없어서 글을 올릴 수 없습니다. "
        "그 채널에서 `/invite @ClipOps`를 입력한 뒤 다시 공유해 주세요."
    ),
    "replaced": "“{query}” 검색은 멈췄습니다. 더 나중에 하신 검색으로 바뀌었습니다.",
    "refine": "검색 다듬기",
    "refine_title": "검색 다듬기",
    "refine_label": "찾을 장면",
    "refine_hint": "보이는 대로 쓰세요. -카메라:정문, -밤 같은 조건도 여기에 쓸 수 있습니다.",
    "refine_submit": "검색",
    "refine_close": "취소",
    "refine_empty": "찾을 내용을 적거나 조건을 골라 주세요.",
    "refine_any": "모두",
    "refine_person": "인물",
    "refine_group": "그룹",
    "refine_camera": "카메라",
    "refine_object": "물건",
    "refine_clothes": "옷",
    "refine_clothes_hint": "색과 옷을 함께 써 보세요. 예: 빨간 재킷",
    "refine_video": "영상",
    "refine_video_hint": "제목의 일부. 예: 로비",
    "refine_longer": "이 길이 이상",
    "refine_longer_hint": "예: 10초, 1분, 1:30",
    "refine_on": "이 날",
    "refine_after": "이 날부터",
    "refine_before": "이 날 전",
    "refine_sort": "순서",
    "sort_best": "잘 맞는 것부터",
    "sort_newest": "최신부터",
    "sort_oldest": "오래된 것부터",
    "help_title": "영상에서 장면 찾기",
    "help": (
        "`{command} 빨간 옷` 이라고 쓰면 맞는 장면을 찾습니다. 한국어와 영어 모두 됩니다.\n"
        "*조건* 은 찾을 말 사이 어디에나 쓸 수 있습니다.\n"
        '`인물:지민` `그룹:직원` `카메라:정문` `영상:로비` `물건:자동차` `옷:"빨간 재킷"`\n'
        "`이후:어제` `이전:11/1` `날짜:오늘` `길이:10초` `정렬:최신`\n"
        '`"그대로 찾을 말"`, 빼려면 앞에 `-`: `-밤` `-카메라:정문`\n'
        "날짜는 내 시간대로 읽습니다: `2026-11-01` `11월 1일` `오늘` `3시간` `이틀`\n"
        "`비슷한 12` · `보기 12` · `공유 12 #채널`: 장면 번호로 찾고 공유합니다.\n"
        "*웹에서 편집*, *재생* 은 편집기에서 열고, *공유* 는 모두가 볼 사본을 올립니다.\n"
        "*검색 다듬기* 는 양식에서 바꾸고, *✕* 는 조건 하나를 뺍니다.\n"
        "점 세 개: 찾던 장면이 아님, 누구인지, 링크, 앞뒤 장면.\n"
        "`인물`: 누가 나왔는지 보여 줍니다. `인물 지민` 은 어디에 나왔는지.\n"
        "`상태`: 처리 중인 영상, 실패한 영상, 쓰고 있는 모델을 보여 줍니다."
    ),
    "help_try": "눌러 보세요:",
}
