"""Every fixed sentence that people read and that is not knowledge; plain, short, kind, and with a next step."""

HELLO = "您好，我是智能导办。店不开了、公司不干了，哪些证要退、去哪退、带什么，问我就行。"
HELLO_NEXT = "直接说事就行，比如“饭店黄了，食品证咋退”。"
WHO_AM_I = "我是机器助手，专门帮人弄清许可证和执照怎么注销。别的我不太懂，拿不准的我会直说。"
THANKS = "不客气。办的路上有什么拿不准的，随时回来问我。"
CALM = "跑手续确实闹心，我尽量帮您省点事。您说说是什么证、在哪个县，我给您一样一样捋清。"
HUMAN = "要找人说，打 12345，说清是哪个县、哪个证要注销，让他们转到代办服务专窗。"
HUMAN_HOURS = "专窗的电话和办公时间还没核实，先打 12345 问一下再去。"
HUMAN_NEXT = "也可以直接去县（市、区）市场监管局登记注册窗口，找“代办服务专窗”。"

NOT_UNDERSTOOD = "这句我没弄明白。"
NOT_UNDERSTOOD_NEXT = "换个说法试试：是什么证、做什么买卖的，说一样就行。着急就打 12345。"
NOTHING_SAID = "没看到字。您想退什么证，或者是做什么买卖的，打几个字给我就行。"
TOO_LONG = "您发得太长了，我一次最多看 500 个字。拣要紧的说：是什么证、在哪个县、想问什么。"
PAYLOAD_GONE = "这个按钮过期了。您直接打字说一下就行。"
DIALOGUE_AWAY = "一步步问的功能这会儿没连上，我先把查到的给您。过一两分钟再试，前面说的都还在。"

WHICH_ONE = "您说的是哪一个？"
NONE_OF_THESE = "都不是"
NO_OBJECT = "您要退的是哪样证？不知道证名也行，告诉我您是做什么买卖的。"
NONE_MEANT = "那您说说是做什么买卖的，或者把证上的大字念给我，我再给您找。"
NOT_LISTED = "“{name}”不在代办注销的清单上，代办窗口不收这一样。"
NEAREST = "最接近的是这些，您看是不是："
WRONG_ACT_OURS = "要是不打算干了想注销，点下面就行。"
BACK_TO = "好，接着刚才的说。"

STARTED_OVER = "好，前面说的都清掉了，咱们从头来。您是做什么买卖的，要退哪些证？"
STOPPED = "好，先到这儿。您说过的我还记着，想接着办就说一声；要从头来就说“重新来”。"
WENT_BACK = "好，退回上一个问题。"
NOTHING_BACK = "前面没有问题可以退。您想退什么证，直接说就行。"
REPEATED = "我再说一遍。"

NOTED = "记下了：{what}。"
CHANGED = "好，改过来了：{what}。"
DROPPED = "好，{what}不算在内。"
NOTHING_NEW = "好。还有什么要问的、要改的，直接说就行。"
SKIPPED = "没关系，这个先空着，清单上会写明它影响什么。"
NO_MORE_QUESTIONS = "好，不问了，先按您说的给您列。"
PARTIAL = "有几样您还没说，清单先按知道的列；想起来了随时告诉我，我接着改。"
CHECKLIST_TITLE = "您的注销清单"
CHECKLIST_OPEN = "打开完整清单（能打印、能下载）"

PROGRESS = "办到哪一步，我这里查不到，也不敢瞎说。"
PROGRESS_HOW = "拿着受理单号，打交材料那个窗口的电话，或者打 12345，让他们帮您查。"
PROGRESS_NUMBER = "受理单号在窗口给您的回执上。单号找着了，打电话时报给他们就行。"

OUTSIDE = "我只管大兴安岭地区的。店在外地的，打当地 12345 问。"
VAGUE_INTRO = "别急，{trade}一般可能有这些证。您看看墙上、抽屉里有哪几样："
VAGUE_WHERE = "实在记不清，拿执照和身份证到县里的代办服务专窗，请他们帮您查查名下有哪些许可。"

QUESTIONS = {
    "which_licence": "您说的是哪一个？",
    "enterprise_type": "执照上写的是个体工商户，还是公司？",
    "place": "店在哪个县（市、区）？",
    "industry": "您是做什么买卖的？",
    "licences": "手里都有哪些证？说名字、说颜色、说谁发的都行；一样没有就说没有。",
    "other_licences": "还有别的证吗？比如消防的、卫生的、烟草的。没有就说没有。",
    "whole_or_licence_only": "营业执照也一起销吗？还是只退证，执照先留着？",
    "proxy": "想让代办服务专窗替您跑，还是自己去办？",
}
WHY_ASKED = {
    "which_licence": "几样证叫法差不多，归的部门、带的东西都不一样，弄清是哪一个才不会让您白跑。",
    "enterprise_type": "个体户和公司销执照的手续差很多：公司可能要清算、要公告，个体户不用。",
    "place": "知道是哪个县，才能告诉您去哪个窗口。",
    "industry": "知道是哪一行，我能帮您想想还有没有漏掉的证。",
    "licences": "每样证要带的东西不一样，知道有哪些，才能给您列全。",
    "other_licences": "漏一个证，以后还得再跑一趟，所以多问一句。",
    "whole_or_licence_only": "执照要是也销，得先办税务这些；只退证就简单多了。",
    "proxy": "代办不花钱，材料交给窗口就行；自己办的话，我给您列每个部门去哪。",
}
ANSWERS = {
    "enterprise_type": (("个体工商户", "geti"), ("公司", "gongsi"), ("合作社", "hezuoshe"), ("个人持证", "ziran-ren")),
    "whole_or_licence_only": (("执照也一起销", "whole"), ("只退证，执照留着", "licence_only")),
    "proxy": (("窗口替我跑", "proxy"), ("我自己去办", "self")),
}
YES, NO = "有", "没有"
DONT_KNOW = "不清楚"
RATHER_NOT = "不想说"
NO_LICENCE = "一样都没有"
NOTHING_ELSE = "没别的了"
