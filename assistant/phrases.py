"""Every fixed sentence that people read and that is not knowledge; plain, short, kind, and with a next step."""

HELLO = "您好，我是智能导办。店不开了、公司不干了，哪些证要退、去哪退、带什么，问我就行。"
HELLO_NEXT = "直接说事就行，比如“饭店黄了，食品证咋退”。"
WHO_AM_I = "我是机器助手，专门帮人弄清许可证和执照怎么注销。别的我不太懂，拿不准的我会直说。"
THANKS = "不客气。办的路上有什么拿不准的，随时回来问我。"
CALM = "跑手续确实闹心，我尽量帮您省点事。您说说是什么证、在哪个县，我给您一样一样捋清。"
HUMAN = "要找人说，打 12345，说清是哪个县、哪个证要注销，让他们转到代办服务专窗。"
HUMAN_HOURS = "专窗的电话和办公时间还没核实，先打 12345 问一下再去。"
HUMAN_WINDOW = "也可以直接去：{where}。"
HUMAN_OPEN = "办公时间：{hours}。"
LEAVE_A_MESSAGE = "给窗口留言"
HUMAN_NEXT = "也可以直接去县（市、区）市场监管局登记注册窗口，找“代办服务专窗”。"

NOT_UNDERSTOOD = "这句我没弄明白。"
NOT_UNDERSTOOD_NEXT = "换个说法试试：是什么证、做什么买卖的，说一样就行。着急就打 12345。"
NOTHING_SAID = "没看到字。您想退什么证，或者是做什么买卖的，打几个字给我就行。"
TOO_LONG = "您发得太长了，我一次最多看 500 个字。拣要紧的说：是什么证、在哪个县、想问什么。"
PAYLOAD_GONE = "这个按钮过期了。您直接打字说一下就行。"
DIALOGUE_AWAY = "一步步问的功能这会儿没连上，我先把查到的给您。过一两分钟再试，前面说的都还在。"

CHANNEL_OFF = "智能导办这会儿停用了，我们正在处理。已经开出的清单照样能打开。"

NOT_KEPT = "这句答上了，可没能记下来。接着往下说以前，请把这句再说一遍。"
OUR_FAULT = "我这边出了点毛病，这句没答上来。您过一会儿再说一遍，前面说的都还在；急的话打 12345。"

WHERE_WE_WERE = "{day}说到：{summary}"
GO_ON, FROM_THE_START = "接着办", "从头来"
START_OVER = "重新来"  # what 从头来 says to Rasa

ERASE_SURE = "您说过的话、我记下的情况，还有您的留言，都要删掉吗？删了就找不回来了。"
ERASE_LISTS = "开出来的清单另有网址，家里人、窗口可能还要看。要不要一起删，您定。"
ERASE_ONLY, ERASE_TALK, ERASE_ALL, ERASE_NOT = "都删掉", "删掉，清单留着", "连清单一起删", "先不删"
ERASED = "删掉了。您说过的话、留言，我这里都没有了。要重新问，直接说就行。"
ERASED_ALL = "删掉了。您说过的话、留言和清单，我这里都没有了。要重新问，直接说就行。"
ERASED_NOT = "好，都留着。要接着办，直接说就行。"

LEAVE_MESSAGE = "给代办服务专窗留个言：哪个县、什么证、想问什么，写几句就行。"
LEAVE_MESSAGE_WHERE = "点这里写留言"
LEAVE_MESSAGE_CALL = "留言不能马上有人回。急的话打 12345，说清是哪个县、哪个证要注销，让他们转代办服务专窗。"
MESSAGE_EMPTY = "还没写字。写几句想问什么，再点“交给窗口”。"
MESSAGE_TOO_LONG = "写得太长了，最多 500 个字。拣要紧的写：哪个县、什么证、想问什么。"
MESSAGE_PHONE = "这个电话看着不对。手机是 11 位；座机请带上区号。不想留可以空着。"
MESSAGE_CONSENT = "留电话要您先在下面打个勾，同意窗口用它给您回话。不想留，把电话删掉就行。"
MESSAGE_MANY = "您已经有几条留言在排队了，窗口还没看完。有急事请直接打 12345。"

CODE_UNKNOWN = "没有这个码，或者已经过期了。回到原来那台手机，再点一次“换手机接着办”，要个新的。"

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
STAYS_OPEN = "好，那就不销了。您说过的我还记着，哪天真要销，说一声就接着来。"
WENT_BACK = "好，退回上一个问题。"
NOTHING_BACK = "前面没有问题可以退。您想退什么证，直接说就行。"
REPEATED = "我再说一遍。"

NOTED = "记下了：{what}。"
CHANGED = "好，改过来了：{what}。"
DROPPED = "好，{what}不算在内。"
NOTHING_NEW = "好。还有什么要问的、要改的，直接说就行。"
NOT_PLACED = "您说的这张我没对上是哪一样，清单上先空着。看看证上的大字怎么写，想起来随时告诉我，我给您加上。"
SKIPPED = "没关系，这个先空着，清单上会写明它影响什么。"
NO_MORE_QUESTIONS = "好，不问了，先按您说的给您列。"
PARTIAL = "有几样您还没说，清单先按知道的列；想起来了随时告诉我，我接着改。"
CHECKLIST_TITLE = "您的注销清单"
CHECKLIST_OPEN = "打开完整清单（能打印、能下载）"

PROGRESS = "办到哪一步，聊天里查不到，也不敢瞎说。"
PROGRESS_PAGE = "代办服务窗口收的件，拿回执上的编号和电话后四位，点这里自己查。"
PROGRESS_HOW = "不是代办窗口收的，拿着受理单号，打交材料那个窗口的电话，或者打 12345，让他们帮您查。"
PROGRESS_NUMBER = "受理单号在窗口给您的回执上。单号找着了，打电话时报给他们就行。"

OUTSIDE = "我只管大兴安岭地区的。店在外地的，打当地 12345 问。"
VAGUE_INTRO = "别急，{trade}一般可能有这些证。您看看墙上、抽屉里有哪几样："
VAGUE_WHERE = "实在记不清，拿执照和身份证到县里的代办服务专窗，请他们帮您查查名下有哪些许可。"

# ---- several businesses --------------------------------------------------------------
SEVERAL_BUSINESSES = "好，{names}，一个一个来，各列一张清单。先说{first}。"
BUSINESS_OPENED = "好，{new}单列一张清单。{old}先放一放，说完了再接着。"
BUSINESS_TURNED = "好，说{name}。"
THE_OTHERS = "别的店"
BUSINESS_STAYS = "好，{stays}先不动，说{name}。"
BUSINESS_NEXT = "还有{name}没列，接着说它。"
BUSINESSES_LISTED = "{names}的清单都列好了。要改哪个，说一声就行。"
BUSINESS_LIST = "{name}的注销清单"
BUSINESS_BACK = "说{name}"
ONE_LICENCE = "{first}、{second}先按一本执照给您列。要是两本执照，说“两本执照”，我分开列。"
TWO_LICENCES = "是两本执照，分开列"
TOO_MANY_BUSINESSES = "我一次最多记五个店。先把前面的列完，新的再说一遍就行。"
BRANCH_LIST = "给分店单列一张"
BRANCH_OWN_LICENCE = "分店要是另有一本执照，得单列一张清单，说“分店单列一张”就行。"

# ---- what was heard by likeness, and what can be changed ------------------------------
HEARD_LIKE = "记下了：{what}（不对就说“改{key}”）。"
GUESSED = "记下了：{what}（听着像，不对就说“不是”再说证名）。"
CHANGE = "改：{key}"
CHANGE_TO = "改：{what}"
CHANGE_WHICH = "好，改{key}。"
CHANGE_LICENCES = "要加的直接说，要去掉的点一下。"
TAKE_OUT = "去掉：{what}"
FACTS = {
    "enterprise_type": "类型",
    "place": "地点",
    "industry": "行当",
    "licences": "证",
    "whole_or_licence_only": "执照",
    "proxy": "谁去办",
}
UNTOLD = "还没说"
PROFILE_TITLE = "您说过的"
PROFILE_EMPTY = "您还没说什么。说说是做什么买卖的、在哪个县、有哪些证。"

# ---- asked together --------------------------------------------------------------------
TOGETHER = "下面这几样，您这边有哪样？都没有就说“没有”。"
WHICH_OF_THESE = "是哪几样有？点一下，或者直接说名字。"
WHY_TOGETHER = "{name}：{why}"
NONE_OF_ALL = "这几样都没有"
NOTHING_ELSE_OF_THESE = "别的没有"  # said by whoever ticks some of them

# ---- another wish in the middle ---------------------------------------------------------
STILL_CANCEL = "还是要注销的话，接着往下说就行。"
CANCEL_AFTER_ALL = "还是注销，接着来"

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
WHERE_TO_LOOK = {
    "which_licence": "看证上最大的那几个字，还有盖的是哪个部门的章，念给我就行。",
    "enterprise_type": "看营业执照，“类型”那一行写着是个体工商户，还是有限责任公司。",
    "place": "看营业执照上的“经营场所”或者“住所”，写着哪个县就是哪个县。",
    "industry": "看营业执照上的“经营范围”，头一样一般就是。用自己的话说也行，比如“开饭店”。",
    "other_licences": "看看墙上、抽屉里还有没有别的证。没有就说没有。",
    "whole_or_licence_only": "这个您自己定：往后不干买卖了，执照就一起销；还要干别的，就先留着。",
    "proxy": "这个您自己定：不想跑，就让专窗替您跑；想自己去，我给您列每一处在哪。",
}
ASK_WHO_KNOWS = "问问管账的，或者当初替您办手续的人。问不着就说不清楚，先空着。"
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
EACH_DIFFERS = "各样手续不一样。先把下面的说完，清单上带什么、去哪、几天，一样一样都写着。"
EACH_DIFFERS_LISTED = "各样手续不一样，清单上带什么、去哪、几天，一样一样都写着。"
UNHEARD = "您说的这样证，代办注销的清单上没有，代办窗口多半收不了。"
UNHEARD_WHERE = "看看证上盖的是哪个部门的章，去问那个部门；拿不准就打 12345。"
PRESUMED = "这一行一般都得有{what}，先给您列上；没有就说没有。"
