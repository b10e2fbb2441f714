"""What people call the phase field, its options and the flag, in five languages.

`fields` proposes by these names once; from then on everything goes by id.
"""

import re
import unicodedata
from collections.abc import Iterable

from phasewise.core.model import Phase


def plain(name: str) -> str:
    """A name without case, accents, spaces, punctuation and a number before it: `3. A/B Test` is `abtest`."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(letter for letter in letters if letter.isalnum())
    return kept.lstrip("0123456789") or kept


def _plain_set(names: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(name) for name in names if name.strip())


PHASE_FIELD = _plain_set(
    ["Phase", "Phases", "フェーズ", "フェイズ", "段階", "Фаза", "Этап", "Стадия", "阶段", "階段"]
)
PHASE_FIELD_LONG = _plain_set(
    [
        *("ML Phase", "Project Phase", "Phase of Project", "Data Science Phase", "DS Phase", "Work Phase"),
        *(
            "Phase du projet",
            "Phase ML",
            "Phase projet",
            "プロジェクトフェーズ",
            "MLフェーズ",
            "作業フェーズ",
        ),
        *("Фаза проекта", "Этап проекта", "Фаза ML", "项目阶段", "機器學習階段", "机器学习阶段", "專案階段"),
    ]
)
FLAGGED = "flagged"
FLAG_FIELD = _plain_set(
    [
        *(
            "Flagged",
            "Flag",
            "Impediment",
            "Marqué",
            "Signalé",
            "Marqué d'un drapeau",
            "フラグ付き",
            "フラグ",
        ),
        *("Помечено", "Отмечено", "Отмечено флажком", "Флаг", "已标记", "已標記", "标记", "標記", "旗标"),
    ]
)

_SYNONYMS = {
    Phase.RESEARCH: """
        Research, Researching, Problem Definition, Literature Review, Discovery, Scoping, Feasibility,
        Feasibility Study, Planning, Framing, Problem Framing, Research and Planning, Business Understanding
        Recherche, Recherches, Cadrage, Étude de faisabilité, Étude, Étude préalable, Définition du problème,
        Découverte, Revue de littérature
        調査, リサーチ, 研究, 企画, 要件定義, 課題設定, 調査研究, 事前調査, 実現可能性調査
        Исследование, Исследования, Изучение, Ресерч, Постановка задачи, Анализ требований, Обзор литературы
        研究, 调研, 調研, 调查, 調查, 需求分析, 可行性研究, 问题定义, 問題定義, 文献调研
    """,
    Phase.DATA_EXPLORATION: """
        Data Exploration, Exploration, EDA, Exploratory Data Analysis, Exploratory Analysis,
        Data Understanding, Data Analysis, Data Prep, Data Preparation, Data Collection,
        Data Discovery, Explore, Explore Data
        Exploration des données, Exploration de données, Analyse exploratoire,
        Analyse exploratoire des données,
        Préparation des données, Collecte des données, Compréhension des données
        データ探索, データ調査, データ分析, 探索的データ分析, データ準備, データ収集, データ理解, データ確認
        Исследование данных, Разведочный анализ, Разведочный анализ данных, Разведка данных, Изучение данных,
        Подготовка данных, Сбор данных, Анализ данных
        数据探索, 數據探索, 資料探索, 数据分析, 數據分析, 探索性数据分析, 探索性數據分析,
        数据准备, 数据收集, 数据理解
    """,
    Phase.MODELING: """
        Modeling, Modelling, Model, Model Building, Model Development, Model Training, Training,
        Experimentation, Experiments, Machine Learning, ML Modeling
        Modélisation, Modèle, Entraînement, Entraînement du modèle, Développement du modèle, Expérimentation
        モデリング, モデル, モデル構築, モデル開発, モデル作成, 学習, モデル学習, 実験
        Моделирование, Модель, Построение модели, Обучение, Обучение модели, Разработка модели, Эксперименты
        建模, 模型, 模型构建, 模型構建, 模型开发, 模型開發, 模型训练, 模型訓練, 训练, 訓練, 实验
    """,
    Phase.PRODUCTIZATION: """
        Productization, Productisation, Productionization, Productionisation, Productionizing, Production,
        Productionalization, Deployment, Deploy, Implementation, Engineering, Industrialization,
        Industrialisation, Operationalization, MLOps, Release, Rollout, Go Live
        Mise en production, Industrialisation, Production, Déploiement, Productisation, Implémentation
        本番化, プロダクト化, 製品化, 実装, デプロイ, 本番, 本番実装, リリース, 商用化
        Внедрение в продукт, Внедрение, Продуктивизация, Продуктизация, Вывод в продакшен, Продакшен, Деплой,
        Развертывание, Развёртывание, Вывод в прод, Реализация
        产品化, 產品化, 生产化, 上线, 上線, 部署, 工程化, 投产, 实施, 實施, 落地
    """,
    Phase.AB_TESTING: """
        A/B Testing, A/B Test, A/B Tests, AB, Split Test, Split Testing, Online Test, Online Experiment,
        Live Test,
        Experiment, A/B Experiment, Online Testing, Pilot
        Test A/B, Tests A/B, Test AB, Tests en ligne, Expérience en ligne
        A/Bテスト, ABテスト, オンラインテスト, 実証実験, 比較テスト, テスト
        A/B-тестирование, A/B-тест, A/B тестирование, A/B тест, A/B тесты, Сплит-тест, Онлайн-тест
        A/B 测试, A/B 測試, AB测试, A/B 实验, A/B 實驗, 在线测试, 線上測試, 分流测试, 在线实验
    """,
    Phase.RESULTS_ANALYSIS: """
        Results Analysis, Result Analysis, Analysis of Results, Analysis, Results, Evaluation,
        Analyze Results,
        Results Review, Post Analysis, Impact Analysis, Readout, Results and Analysis, Wrap Up
        Analyse des résultats, Analyse de résultats, Analyse, Résultats, Évaluation, Bilan, Analyse d'impact
        結果分析, 分析, 結果, 評価, 結果評価, 効果検証, 効果測定, 検証結果, 振り返り
        Анализ результатов, Анализ, Результаты, Оценка, Оценка результатов, Разбор результатов
        结果分析, 結果評估, 结果评估, 效果评估, 效果評估, 分析结果, 评估, 評估, 结果
    """,
}
_PHASE_OF = {
    plain(name): phase
    for phase, names in _SYNONYMS.items()
    for name in re.split(r"[,\n]", names)
    if name.strip()
}
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_BREAK = re.compile(r"\s[-–—:|]\s|:\s")


def phase_called(name: str) -> Phase | None:
    """The phase that an option's name means, or None; also of `Modeling (offline)` and `3 - Modeling`."""
    without_aside = _ASIDE.sub(" ", name)
    readings = [name, without_aside, *_BREAK.split(without_aside)]
    return next((phase for text in readings if (phase := _PHASE_OF.get(plain(text)))), None)
