# 智能导办. Each verb prepares what it needs first, and says so; what stands behind them is setup/bootstrap.py.
PORT ?= 8000
ARGS ?=
SETUP := @sh setup/find-python.sh

.DEFAULT_GOAL := help
.PHONY: help run test check bench train bundle encoder reader judge vendor \
	test-bundle test-encoder test-faults test-fuzz test-mutation test-old-engine lock clean

help: ## 列出这些命令
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: ## 准备环境并启动，完成后给出网址（换端口：make run PORT=8001）
	$(SETUP) run $(PORT)

test: ## 运行全部测试（单元、内容、对话、页面；可加 ARGS="-k 词"）
	$(SETUP) test $(ARGS)

check: ## 代码与内容检查（ruff、mypy、import-linter、daoban check）
	$(SETUP) check

bench: ## 找指南与别的办法放在一起比（装得下多少：make bench ARGS=scale）
	$(SETUP) bench $(ARGS)

train: ## 重新训练 Rasa 对话模型
	$(SETUP) train

bundle: ## 做一个离线安装包，给不能上网的机器（约 1 GB，放在 dist/）
	$(SETUP) bundle

encoder: ## 从原始权重重做句向量编码器（需要 PyTorch，平时用不到）
	$(SETUP) encoder $(ARGS)

reader: ## 从 nlu/sayings 重做读句模型（需要 PyTorch，平时用不到）
	$(SETUP) reader $(ARGS)

judge: ## 从 nlu/told、nlu/conversations 重做“说了哪些证”的判断（需要 PyTorch，平时用不到）
	$(SETUP) judge $(ARGS)

vendor: ## 重新打包编辑台的编辑框 CodeMirror（需要 npm，平时用不到）
	$(SETUP) vendor

test-faults: ## 故意弄坏正在跑的各部分，看它是否照样答、会不会自己好
	$(SETUP) test-faults $(ARGS)

test-bundle: ## 做离线安装包，在没有网络的地方装一遍、问一句（要 root，几分钟）
	$(SETUP) test-bundle $(ARGS)

test-fuzz: ## 一万句恶意的话送进正在跑的一整套，看会不会出错、被注入（约二十分钟）
	$(SETUP) test-fuzz $(ARGS)

test-encoder: ## 证明仓库里的编码器与原模型的向量一致
	$(SETUP) test-encoder $(ARGS)

test-mutation: ## 故意改坏清单的代码，看测试发现多少（每个模块至少 85%）
	$(SETUP) test-mutation $(ARGS)

test-old-engine: ## 用 2019 年的浏览器（Chromium 78，微信里可能这么旧）打开网页试一遍（需要 npm，下载约 42 MB）
	$(SETUP) test-old-engine $(ARGS)

lock: ## 重新锁定依赖的版本与校验值（升级：make lock ARGS=--upgrade）
	$(SETUP) lock $(ARGS)

clean: ## 删除安装出来的环境和训练出来的模型
	$(SETUP) clean
