"""Where made-up cameras stand outside, and on sports grounds, and what happens there."""

from __future__ import annotations

from tests.bench.wording import ANIMALS, DRIVING, ON_ROADS, ROAMING, Setting, words

STREET = Setting(
    actors=words("""
        pedestrian | 보행자 | pedestrians
        police officer | 경찰관 | police officers
        cyclist | 자전거 탄 사람 | cyclists
        delivery driver | 배달 기사 | delivery drivers
        street cleaner | 환경미화원 | street cleaners
        tourist | 관광객 | tourists
        construction worker | 공사 인부 | construction workers
    """),
    places=words("""
        on the pavement | 인도에서
        at the crossing | 횡단보도에서
        at the bus stop | 버스 정류장에서
        in the middle of the road | 도로 한가운데에서
        in front of a cafe | 카페 앞에서
        at the traffic lights | 신호등 앞에서
        in a narrow alley | 좁은 골목에서
        outside a bank | 은행 앞에서
        under the bridge | 다리 아래에서
        at a market stall | 시장 노점에서
        near the school gate | 학교 정문 근처에서
        next to a building site | 공사장 옆에서
    """),
    things=words("""
        a bicycle | 자전거 | - | bicycle
        a shopping bag | 쇼핑백 | - | handbag
        a pram | 유모차
        a large box | 큰 상자
        an umbrella | 우산 | - | umbrella
        a skateboard | 스케이트보드 | - | skateboard
        a suitcase | 여행가방 | - | suitcase
        a ladder | 사다리
        a coffee cup | 커피잔 | - | cup
        a newspaper | 신문
        a scooter | 스쿠터 | - | motorcycle
        a rubbish bin | 쓰레기통
        a traffic cone | 안전고깔
        a guitar case | 기타 케이스
    """),
    deeds=words("""
        pushing {} | {을} 밀고 갑니다
        crossing the road with {} | {을} 가지고 길을 건넙니다
        carrying {} | {을} 들고 갑니다
        leaving {} behind | {을} 두고 갑니다
        loading {} into a car | {을} 차에 싣습니다
        picking up {} | {을} 집어 듭니다
        unloading {} | {을} 내립니다
        kicking {} | {을} 발로 찹니다
        tying up {} | {을} 묶어 둡니다
        selling {} | {을} 팝니다
        repairing {} | {을} 고칩니다
        stealing {} | {을} 훔칩니다
    """),
    moving=ON_ROADS,
    moves=DRIVING,
)

CAR_PARK = Setting(
    actors=words("""
        driver | 운전자 | drivers
        security guard | 경비원 | security guards
        mechanic | 정비사 | mechanics
        parking attendant | 주차 관리인 | parking attendants
    """),
    places=words("""
        in the car park | 주차장에서
        at the barrier | 차단기 앞에서
        next to a pillar | 기둥 옆에서
        at the ticket machine | 주차 정산기에서
        on the ramp | 경사로에서
        between two cars | 차 사이에서
        at the charging station | 충전소에서
        at the loading dock | 하역장에서
        near the emergency exit | 비상구 근처에서
    """),
    things=words("""
        a car door | 차 문 | - | car
        the boot of a car | 차 트렁크 | - | car
        a shopping cart | 쇼핑 카트
        a suitcase | 여행가방 | - | suitcase
        a tyre | 타이어
        a toolbox | 공구함
        a parking ticket | 주차권
        a child seat | 유아용 의자
        a motorcycle | 오토바이 | - | motorcycle
        a charging cable | 충전 케이블
        a crate | 나무 상자
    """),
    deeds=words("""
        opening {} | {을} 엽니다
        closing {} | {을} 닫습니다
        loading {} | {을} 싣습니다
        pushing {} | {을} 밀고 갑니다
        dragging {} | {을} 끌고 갑니다
        inspecting {} | {을} 점검합니다
        damaging {} | {을} 망가뜨립니다
        trying to break open {} | {을} 억지로 열려고 합니다
        looking for {} | {을} 찾습니다
        leaning against {} | {에} 기대어 있습니다
    """),
    moving=ON_ROADS,
    moves=DRIVING,
)

PARK = Setting(
    actors=words("""
        jogger | 조깅하는 사람 | joggers
        dog walker | 개를 산책시키는 사람 | dog walkers
        gardener | 정원사 | gardeners
        photographer | 사진사 | photographers
    """),
    places=words("""
        on the lawn | 잔디밭에서
        at the fountain | 분수 옆에서
        on a park bench | 공원 벤치에서
        at the playground | 놀이터에서
        by the pond | 연못가에서
        under a tree | 나무 아래에서
        on the footpath | 산책로에서
        at the fence | 울타리 옆에서
        in the meadow | 풀밭에서
    """),
    things=words("""
        a ball | 공 | - | sports ball
        a kite | 연 | - | kite
        a frisbee | 프리스비 | - | frisbee
        an ice cream | 아이스크림
        a picnic basket | 소풍 바구니
        a bicycle | 자전거 | - | bicycle
        a stick | 나뭇가지
        a camera | 카메라
        a balloon | 풍선
        flowers | 꽃
        a wheelbarrow | 손수레
    """),
    deeds=words("""
        playing with {} | {을} 가지고 놉니다
        throwing {} | {을} 던집니다
        carrying {} | {을} 들고 갑니다
        chasing {} | {을} 쫓아갑니다
        holding {} | {을} 들고 있습니다
        sitting next to {} | {의} 옆에 앉아 있습니다
        dropping {} | {을} 떨어뜨립니다
        picking up {} | {을} 집어 듭니다
        looking for {} | {을} 찾습니다
    """),
    moving=ANIMALS,
    moves=ROAMING,
)

SPORTS = Setting(
    actors=words("""
        player | 선수 | players
        goalkeeper | 골키퍼 | goalkeepers
        referee | 심판 | referees
        coach | 코치 | coaches
        runner | 달리기 선수 | runners
        spectator | 관중 | spectators
        swimmer | 수영 선수 | swimmers
    """),
    places=words("""
        on the pitch | 경기장에서
        in front of the goal | 골대 앞에서
        on the tennis court | 테니스장에서
        in the gym | 체육관에서
        on the running track | 육상 트랙에서
        at the poolside | 수영장 가에서
        in the stands | 관중석에서
        on the basketball court | 농구장에서
        at the touchline | 사이드라인에서
        in the changing room | 탈의실에서
    """),
    things=words("""
        the ball | 공 | - | sports ball
        a racket | 라켓 | - | tennis racket
        a bat | 야구방망이 | - | baseball bat
        a dumbbell | 아령
        a frisbee | 프리스비 | - | frisbee
        a skipping rope | 줄넘기 줄
        a towel | 수건
        a water bottle | 물병 | - | bottle
        a trophy | 우승컵
        a glove | 글러브 | - | baseball glove
        a flag | 깃발
        a hurdle | 허들
    """),
    deeds=words("""
        throwing {} | {을} 던집니다
        catching {} | {을} 받습니다
        kicking {} | {을} 찹니다
        hitting {} | {을} 칩니다
        running with {} | {을} 가지고 달립니다
        lifting {} | {을} 들어 올립니다
        passing {} | {을} 패스합니다
        dropping {} | {을} 놓칩니다
        holding up {} | {을} 높이 듭니다
        jumping over {} | {을} 뛰어넘습니다
        fighting for {} | {을} 두고 다툽니다
    """),
)
