"""Every fixed sentence that only WeChat needs; what the dialogue says is in `assistant.phrases`."""

FOLLOWED = "您说的话只用来答您，{days} 天没来往就删；想马上删，说一声“删掉我的记录”。想看大字、能打印的，回复“网页”。"
NO_VOICE = "这段语音没听出字来。打字说一下就行：是什么证、在哪个县。"
NO_PICTURE = "图片我看不懂。把证上最大的那行字打给我，我就知道是哪样。"
NO_FILM = "视频我看不了。打几个字说一下就行：是什么证、在哪个县。"
NO_LINK = "链接里的文章我打不开。想问哪样证怎么退，打字告诉我就行。"
NOT_READ = "这一种消息我看不懂。打字说一下就行：是什么证、在哪个县。"
NO_PLACE = "这个位置我没认出是哪个县。店在哪个县（市、区），打字告诉我就行。"
SHOP_IN = "店在{place}"  # what a location says to the dialogue

NO_LIST = "没有找到这张清单，可能已经删了。想重新列一张，直接说是什么店、要退什么证就行。"
CASE_TOO = "也可以点开这一页自己查，同样要填电话后四位，防着别人看您的："
UNKNOWN_CODE = "这个码我没认出来。问办到哪了，拿回执上的编号到这一页查："
CASE_PAGE = "/progress"

LOOK, GO_ON = "查看", "继续"
WAIT = "正在查，请稍等几秒后回复“{number}”查看。"
STILL_LOOKING = "还在查，请再等几秒，回复“{number}”查看。"
NOTHING_KEPT = "没有等着看的了。要是刚才哪句没答上，请再说一遍。"
BROKEN_OFF = "刚才有句话我们这边断了，没答上。请再说一遍。"
MORE = "还有下一段，回复“继续”接着看。"
WEB = ("网页", "网页版", "打开网页")
WEB_PAGE = "点开这里，在网页上接着说（半小时内有效）："
