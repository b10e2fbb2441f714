"""The phases by what people call them, in five languages. Only a proposal: the option's id is what counts."""

NAMES = {
    "research": "research, recherche, 調査, リサーチ, 研究, исследование, 调研",
    "data_exploration": (
        "data exploration, exploration, exploration des données, データ探索, データ調査, "
        "исследование данных, разведка данных, изучение данных, 数据探索"
    ),
    "modeling": "modeling, modelling, modélisation, モデリング, モデル構築, моделирование, 建模, 模型构建",
    "productization": (
        "productization, productisation, productionization, mise en production, industrialisation, "
        "製品化, 本番化, プロダクト化, внедрение, продуктивизация, 产品化, 生产化"
    ),
    "ab_testing": (
        "ab testing, a/b testing, ab test, a/b test, test a/b, tests a/b, abテスト, a/bテスト, "
        "a/b-тестирование, a/b тестирование, a/b тест, a/b测试, ab测试"
    ),
    "results_analysis": (
        "results analysis, result analysis, analysis of results, analyse des résultats, 結果分析, "
        "анализ результатов, 结果分析"
    ),
}


def phase_by_name(name: str) -> str | None:
    wanted = _letters(name)
    for phase, names in NAMES.items():
        if wanted in (_letters(known) for known in names.split(",")):
            return phase
    return None


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
