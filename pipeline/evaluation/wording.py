"""The words of reports and tables, English and Korean, and how figures are written."""

from __future__ import annotations

import math

from core.types import Language
from pipeline.evaluation.bootstrap import Interval

NAMES: dict[str, str] = {
    "recall@1": "R@1",
    "recall@5": "R@5",
    "recall@10": "R@10",
    "median_rank": "MedR",
    "mean_rank": "MeanR",
    "mrr": "MRR",
    "ndcg@10": "nDCG@10",
    "bleu": "BLEU",
    "cider": "CIDEr",
    "cider_d": "CIDEr-D",
}
"""Metrics by the names of the field, the same in both languages."""

_WORDS: dict[str, tuple[str, str]] = {
    "all": ("all", "전체"),
    "en": ("English", "영어"),
    "ko": ("Korean", "한국어"),
    "mixed": ("mixed", "섞임"),
    "captions": ("captions", "캡션"),
    "forums": ("forums", "게시판"),
    "news": ("news", "뉴스"),
    "unseen": ("not in training", "학습에 없음"),
    "en->ko": ("English asks Korean", "영어로 한국어 찾기"),
    "ko->en": ("Korean asks English", "한국어로 영어 찾기"),
    "en-en": ("English beside English", "영어와 영어"),
    "ko-ko": ("Korean beside Korean", "한국어와 한국어"),
    "ko-en": ("Korean beside English", "한국어와 영어"),
    "vector": ("meaning", "의미"),
    "text": ("words", "낱말"),
    "clothes": ("clothes", "옷"),
    "seen": ("people and things", "사람과 사물"),
    "video": ("pictures", "화면"),
    "retrieval_title": ("Search, measured", "검색 평가"),
    "captions_title": ("Captions, measured", "캡션 평가"),
    "text_title": ("Text encoders, measured", "텍스트 인코더 평가"),
    "by_language": ("By language of the query", "검색어 언어별"),
    "by_setting": ("By part of the search", "검색 방식별"),
    "by_space": ("By embedding space", "임베딩 공간별"),
    "curve": ("Found among the first k (recall@k)", "처음 k개 안에서 찾은 비율 (recall@k)"),
    "histogram": ("Where the right answer stood", "정답이 놓인 순위"),
    "bars": ("With 95 % intervals", "95 % 신뢰 구간"),
    "not_found": ("not found", "못 찾음"),
    "queries": ("queries", "검색어"),
    "found": ("found", "찾음"),
    "difference": ("difference in MRR", "MRR 차이"),
    "figure": ("figure", "지표"),
    "setting": ("search", "검색"),
    "rows": ("rows", "문장 쌍"),
    "likeness": ("Likeness (Spearman)", "유사도 (스피어만)"),
    "encoder": ("encoder", "인코더"),
    "language": ("language", "언어"),
    "captions_count": ("captions", "캡션 수"),
    "references": ("references", "기준 문장"),
    "empty": ("without words", "빈 캡션"),
    "reading": ("How to read this", "읽는 법"),
    "rank_axis": ("rank", "순위"),
}

READING: dict[Language, dict[str, str]] = {
    "en": {
        "recall@1": (
            "R@k: share of queries with a right answer among the first k. A right answer that "
            "shares the first place with another is not sure to be first and does not count for "
            "R@1."
        ),
        "median_rank": (
            "MedR, MeanR: median and mean place of the best right answer. What was not found "
            "counts as the last place there is."
        ),
        "mrr": ("MRR: mean of 1 divided by that place; 1 is always first, 0 never found."),
        "ndcg@10": ("nDCG@10: how near the first ten are to the best order, grades counted."),
        "interval": (
            "The interval holds 95 % of the figures that other draws of such queries would give "
            "(bootstrap). Where two intervals overlap a lot, the two may well be equal; the "
            "difference has an interval of its own, and one that holds 0 proves nothing."
        ),
        "bleu": ("BLEU (0 to 100): shared runs of one to four words, Korean by character."),
        "cider": (
            "CIDEr (0 to 1) and CIDEr-D (0 to 10): the same with rare words counting more, against "
            "what several people wrote; CIDEr-D also minds the length."
        ),
        "likeness": (
            "Spearman: how well the order of cosines follows the order people gave, -1 to 1."
        ),
        "legs": (
            "Without a part of the search, and with that part alone: what it adds and what it can "
            "do."
        ),
    },
    "ko": {
        "recall@1": (
            "R@k: 정답이 처음 k개 결과 안에 든 검색어의 비율. 다른 결과와 첫자리를 나눠 가진 "
            "정답은 첫 번째라고 확신할 수 없으므로 R@1에 넣지 않습니다."
        ),
        "median_rank": (
            "MedR, MeanR: 가장 앞선 정답 순위의 중앙값과 평균. 찾지 못한 것은 꼴찌 순위로 셉니다."
        ),
        "mrr": ("MRR: 그 순위의 역수 평균. 1이면 늘 첫 번째, 0이면 한 번도 못 찾은 것입니다."),
        "ndcg@10": ("nDCG@10: 처음 열 개가 등급까지 따진 가장 좋은 순서에 얼마나 가까운지."),
        "interval": (
            "구간은 이런 검색어를 다시 뽑아 계산했을 때 나올 값의 95 %를 담습니다(부트스트랩). 두 "
            "구간이 많이 겹치면 둘은 같을 수도 있습니다. 차이에는 따로 구간이 있으며, 0을 포함하면 "
            "아무것도 증명하지 못합니다."
        ),
        "bleu": (
            "BLEU (0~100): 한 개에서 네 개까지 이어지는 낱말이 겹치는 정도. 한국어는 글자 "
            "단위입니다."
        ),
        "cider": (
            "CIDEr (0~1), CIDEr-D (0~10): 드문 낱말을 더 높이 치고 여러 사람이 쓴 문장과 "
            "비교합니다. CIDEr-D는 길이도 따집니다."
        ),
        "likeness": ("스피어만: 코사인의 순서가 사람이 매긴 순서를 얼마나 따르는지, -1에서 1까지."),
        "legs": (
            "검색의 한 부분을 뺐을 때와 그 부분만 썼을 때입니다. 무엇을 보태고 무엇을 할 수 있는지 "
            "보여 줍니다."
        ),
    },
}


def word(key: str, language: Language) -> str:
    """The word for ``key``; a name from outside (a space, a genre) is left as it is."""
    for template, names in (
        ("without ", ("without {}", "{} 빼고")),
        (" alone", ("{} alone", "{}만")),
    ):
        inner = key.replace(template, "", 1)
        if inner != key and inner in _WORDS:
            return names[language == "ko"].format(_WORDS[inner][language == "ko"])
    return _WORDS[key][language == "ko"] if key in _WORDS else key


def figure(metric: str, value: float) -> str:
    """``81.2 %``, ``3.5``, ``0.812``: as each metric is usually written."""
    if math.isnan(value):
        return "–"
    if metric.startswith("recall"):
        return f"{100 * value:.1f} %"
    if metric in ("median_rank", "mean_rank", "bleu"):
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:.3f}"


def span(metric: str, interval: Interval) -> str:
    """``79.0–83.3``: the ends of an interval, without the unit."""
    low, high = (figure(metric, end).removesuffix(" %") for end in (interval.low, interval.high))
    return f"{low}–{high}"


def change(interval: Interval) -> tuple[str, str]:
    """``+0.031`` and ``-0.002 … +0.064``."""
    return f"{interval.estimate:+.3f}", f"{interval.low:+.3f} … {interval.high:+.3f}"
