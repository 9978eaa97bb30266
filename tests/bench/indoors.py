"""Where made-up cameras stand under a roof, and what happens there."""

from __future__ import annotations

from tests.bench.wording import ANIMALS, DRIVING, ON_ROADS, ROAMING, Setting, words

SHOP = Setting(
    actors=words("""
        customer | 손님 | customers
        cashier | 계산원 | cashiers
        shop assistant | 점원 | shop assistants
        security guard | 경비원 | security guards
        delivery driver | 배달 기사 | delivery drivers
    """),
    places=words("""
        at the checkout | 계산대에서
        between the shelves | 진열대 사이에서
        at the entrance | 입구에서
        next to the fridges | 냉장고 옆에서
        in the fruit section | 과일 코너에서
        in front of the bakery | 빵 코너 앞에서
        at the exit | 출구에서
        in the fitting room corridor | 탈의실 복도에서
        near the escalator | 에스컬레이터 근처에서
        in the storeroom | 창고에서
        by the shop window | 진열창 옆에서
        at the information desk | 안내 데스크에서
    """),
    things=words("""
        a bottle of milk | 우유병 | - | bottle
        a basket | 장바구니
        a loaf of bread | 빵
        some apples | 사과 | - | apple
        a bottle of wine | 와인병 | - | bottle
        a box of cereal | 시리얼 상자
        a bunch of bananas | 바나나 | - | banana
        a handbag | 핸드백 | - | handbag
        a pair of shoes | 신발
        a magazine | 잡지 | - | book
        frozen pizza | 냉동 피자 | - | pizza
        a birthday cake | 생일 케이크 | - | cake
        a toy bear | 곰인형 | - | teddy bear
        a bunch of flowers | 꽃다발
        a bag of rice | 쌀자루
        a bottle of shampoo | 샴푸병 | - | bottle
        a carton of eggs | 달걀판
        oranges | 오렌지 | - | orange
    """),
    deeds=words("""
        picking up {} | {을} 집어 듭니다
        paying for {} | {을} 계산합니다
        putting {} into a cart | {을} 카트에 넣습니다
        looking at {} | {을} 살펴봅니다
        putting {} back | {을} 제자리에 놓습니다
        carrying {} | {을} 나릅니다
        comparing prices of {} | {의} 가격을 비교합니다
        hiding {} in a bag | {을} 가방에 숨깁니다
        dropping {} | {을} 떨어뜨립니다
        scanning {} | {의} 바코드를 찍습니다
        arranging {} | {을} 정리합니다
        asking about {} | {을} 찾아 달라고 묻습니다
    """),
)

OFFICE = Setting(
    actors=words("""
        office worker | 회사원 | office workers
        manager | 팀장 | managers
        visitor | 방문객 | visitors
        cleaner | 청소원 | cleaners
        technician | 기술자 | technicians
        receptionist | 안내 직원 | receptionists
    """),
    places=words("""
        at a desk | 책상에서
        in the meeting room | 회의실에서
        in the corridor | 복도에서
        in the lobby | 로비에서
        by the window | 창가에서
        at the printer | 프린터 앞에서
        in the break room | 휴게실에서
        in front of the lift | 승강기 앞에서
        in the server room | 서버실에서
        on the stairs | 계단에서
        at the reception | 안내 데스크에서
    """),
    things=words("""
        a laptop | 노트북 | - | laptop
        some documents | 서류
        a cup of coffee | 커피잔 | - | cup
        a whiteboard | 화이트보드
        a keyboard | 키보드 | - | keyboard
        a chair | 의자 | - | chair
        a large monitor | 큰 모니터 | - | tv
        a folder | 서류철
        a book | 책 | - | book
        a cardboard box | 종이 상자
        a key card | 출입증
        a water bottle | 물병 | - | bottle
        a potted plant | 화분 | - | potted plant
        a projector | 프로젝터
    """),
    deeds=words("""
        working with {} | {을} 가지고 일합니다
        carrying {} | {을} 나릅니다
        picking up {} | {을} 집어 듭니다
        putting down {} | {을} 내려놓습니다
        handing over {} | {을} 건네줍니다
        pointing at {} | {을} 가리킵니다
        cleaning {} | {을} 닦습니다
        repairing {} | {을} 고칩니다
        moving {} | {을} 옮깁니다
        searching for {} | {을} 찾습니다
        discussing {} | {을} 두고 의논합니다
        taking {} away | {을} 가져갑니다
    """),
)

KITCHEN = Setting(
    actors=words("""
        cook | 요리사 | cooks
        waiter | 종업원 | waiters
        baker | 제빵사 | bakers
        kitchen helper | 주방 보조 | kitchen helpers
    """),
    places=words("""
        at the stove | 가스레인지 앞에서
        at the sink | 싱크대에서
        at the kitchen table | 식탁에서
        in front of the oven | 오븐 앞에서
        at the counter | 조리대에서
        next to the fridge | 냉장고 옆에서
        in the cold room | 냉장실에서
        at the serving hatch | 배식구에서
        by the back door | 뒷문 옆에서
    """),
    things=words("""
        vegetables | 채소
        a pan | 프라이팬
        onions | 양파
        a bowl of soup | 국그릇 | - | bowl
        meat | 고기
        dough | 반죽
        a knife | 칼 | - | knife
        carrots | 당근 | - | carrot
        plates | 접시
        a cake | 케이크 | - | cake
        noodles | 국수
        fish | 생선
        a pot | 냄비
        eggs | 달걀
        rice | 쌀
        a sandwich | 샌드위치 | - | sandwich
        cups | 컵 | - | cup
    """),
    deeds=words("""
        cutting {} | {을} 썹니다
        washing {} | {을} 씻습니다
        frying {} | {을} 튀깁니다
        stirring {} | {을} 젓습니다
        serving {} | {을} 내갑니다
        taking {} out of the oven | {을} 오븐에서 꺼냅니다
        putting {} into the fridge | {을} 냉장고에 넣습니다
        weighing {} | {의} 무게를 잽니다
        tasting {} | {을} 맛봅니다
        throwing away {} | {을} 버립니다
        spilling {} | {을} 쏟습니다
        preparing {} | {을} 준비합니다
    """),
)

HOME = Setting(
    actors=words("""
        baby | 아기 | babies
        grandmother | 할머니 | grandmothers
        father | 아버지 | fathers
        mother | 어머니 | mothers
        guest | 손님 | guests
    """),
    places=words("""
        in the living room | 거실에서
        on the sofa | 소파에서
        at the front door | 현관에서
        in the garden | 마당에서
        in the bedroom | 침실에서
        in the garage | 차고에서
        on the balcony | 베란다에서
        on the stairs | 계단에서
        in the children's room | 아이 방에서
    """),
    things=words("""
        a book | 책 | - | book
        a toy | 장난감
        a remote control | 리모컨 | - | remote
        a parcel | 소포
        a blanket | 담요
        a vacuum cleaner | 청소기
        a teddy bear | 곰인형 | - | teddy bear
        a cup of tea | 찻잔 | - | cup
        laundry | 빨래
        a vase | 꽃병 | - | vase
        a tablet | 태블릿
        a clock | 시계 | - | clock
    """),
    deeds=words("""
        holding {} | {을} 들고 있습니다
        playing with {} | {을} 가지고 놉니다
        picking up {} | {을} 집어 듭니다
        bringing {} | {을} 가져옵니다
        putting away {} | {을} 치웁니다
        looking at {} | {을} 바라봅니다
        dropping {} | {을} 떨어뜨립니다
        cleaning {} | {을} 닦습니다
        breaking {} | {을} 깨뜨립니다
    """),
    moving=ANIMALS[:3],
    moves=ROAMING,
)

WAREHOUSE = Setting(
    actors=words("""
        warehouse worker | 창고 작업자 | warehouse workers
        forklift driver | 지게차 기사 | forklift drivers
        inspector | 검사원 | inspectors
        supervisor | 감독관 | supervisors
    """),
    places=words("""
        at the loading gate | 하역문에서
        between the racks | 선반 사이에서
        at the packing table | 포장대에서
        on the conveyor line | 컨베이어 옆에서
        in the yard | 마당에서
        at the scales | 저울 앞에서
        in the cold store | 냉동 창고에서
        next to a forklift | 지게차 옆에서
    """),
    things=words("""
        a parcel | 소포
        a pallet | 팔레트
        a crate | 나무 상자
        a barrel | 드럼통
        a stack of boxes | 상자 더미
        a hand truck | 손수레
        a scanner | 스캐너
        a roll of tape | 테이프
        a steel pipe | 쇠파이프
        a fire extinguisher | 소화기
    """),
    deeds=words("""
        lifting {} | {을} 들어 올립니다
        stacking {} | {을} 쌓습니다
        pushing {} | {을} 밀고 갑니다
        packing {} | {을} 포장합니다
        checking {} | {을} 확인합니다
        unloading {} | {을} 내립니다
        dropping {} | {을} 떨어뜨립니다
        labelling {} | {에} 이름표를 붙입니다
        climbing onto {} | {에} 올라갑니다
        moving {} | {을} 옮깁니다
    """),
    moving=ON_ROADS[1:4],
    moves=DRIVING,
)

STATION = Setting(
    actors=words("""
        passenger | 승객 | passengers
        conductor | 승무원 | conductors
        traveller | 여행객 | travellers
        soldier | 군인 | soldiers
        student | 학생 | students
    """),
    places=words("""
        on the platform | 승강장에서
        at the ticket gate | 개찰구에서
        on the escalator | 에스컬레이터에서
        in the waiting room | 대합실에서
        at the ticket machine | 승차권 발매기에서
        behind the yellow line | 노란 선 뒤에서
        under the departure board | 출발 안내판 아래에서
        in the underpass | 지하도에서
        on a bench | 벤치에서
    """),
    things=words("""
        a suitcase | 여행가방 | - | suitcase
        a backpack | 배낭 | - | backpack
        a ticket | 승차권
        a pram | 유모차
        a map | 지도
        a wheelchair | 휠체어
        a bicycle | 자전거 | - | bicycle
        a book | 책 | - | book
        a paper cup | 종이컵 | - | cup
        a musical instrument | 악기
    """),
    deeds=words("""
        pulling {} | {을} 끌고 갑니다
        carrying {} | {을} 나릅니다
        holding {} | {을} 들고 있습니다
        leaving {} unattended | {을} 놓아둔 채 자리를 뜹니다
        boarding the train with {} | {을} 가지고 열차에 탑니다 | - | train
        searching {} | {을} 뒤집니다
        lifting {} | {을} 들어 올립니다
        losing {} | {을} 잃어버립니다
        handing over {} | {을} 건네줍니다
    """),
    moving=words("""
        train | 열차 | trains | train
        freight train | 화물 열차 | freight trains | train
    """),
    moves=words("""
        arriving | 들어옵니다
        leaving | 떠납니다
        passing through | 통과합니다
        standing with its doors open | 문을 연 채 서 있습니다
    """),
)
