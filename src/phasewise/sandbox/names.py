"""What standard content is called in five languages. The ids are the same in all of them.

A site in another language is how one finds out that a client matches names instead of ids.
"""

from phasewise.sandbox.model import Language

LANGUAGES: tuple[Language, ...] = ("en", "fr", "ja", "ru", "zh")

_TABLE = """
Epic|Epic|エピック|Эпик|长篇故事
Story|Récit|ストーリー|История|故事
Task|Tâche|タスク|Задача|任务
Bug|Bogue|バグ|Ошибка|缺陷
Sub-task|Sous-tâche|サブタスク|Подзадача|子任务
To Do|À faire|To Do (未着手)|К выполнению|待办
In Progress|En cours|進行中|В работе|正在进行
In Review|En cours de revue|レビュー中|На рассмотрении|审核中
Testing|Test en cours|テスト中|Тестирование|测试中
Blocked|Bloqué|ブロック|Заблокировано|已阻塞
Done|Terminé|完了|Готово|完成
No Category|Aucune catégorie|カテゴリなし|Без категории|无类别
Highest|Critique|最高|Наивысший|最高
High|Élevée|高|Высокий|高
Medium|Moyenne|中|Средний|中
Low|Basse|低|Низкий|低
Lowest|Très basse|最低|Самый низкий|最低
Won't Do|Ne sera pas fait|実行しない|Не будет сделано|不予处理
Phase|Phase|フェーズ|Фаза|阶段
Research|Recherche|調査|Исследование|研究
Data Exploration|Exploration des données|データ探索|Исследование данных|数据探索
Modeling|Modélisation|モデリング|Моделирование|建模
Productization|Mise en production|本番化|Внедрение в продукт|产品化
A/B Testing|Test A/B|A/Bテスト|A/B-тестирование|A/B 测试
Results Analysis|Analyse des résultats|結果分析|Анализ результатов|结果分析
Flagged|Marqué|フラグ付き|Помечено|已标记
Impediment|Obstacle|障害|Препятствие|障碍
Epic Link|Lien d'epic|エピック リンク|Ссылка на эпик|史诗链接
Epic Name|Nom de l'epic|エピック名|Название эпика|史诗名称
Sprint|Sprint|スプリント|Спринт|冲刺
Rank|Rang|ランク|Ранг|排名
Summary|Résumé|要約|Тема|概要
Status|État|ステータス|Статус|状态
Issue Type|Type de ticket|課題タイプ|Тип задачи|问题类型
Project|Projet|プロジェクト|Проект|项目
Assignee|Responsable|担当者|Исполнитель|经办人
Reporter|Rapporteur|報告者|Автор|报告人
Creator|Créateur|作成者|Создатель|创建者
Priority|Priorité|優先度|Приоритет|优先级
Resolution|Résolution|解決状況|Решение|解决结果
Resolved|Résolu|解決日|Дата решения|已解决
Created|Création|作成日|Создано|已创建
Updated|Mise à jour|更新日|Обновлено|已更新
Labels|Étiquettes|ラベル|Метки|标签
Description|Description|説明|Описание|描述
Parent|Parent|親|Родитель|父级
Due date|Date d'échéance|期限|Срок исполнения|到期日
Original estimate|Estimation initiale|初期見積り|Исходная оценка|初始预估
Remaining Estimate|Estimation restante|残余見積り|Оставшееся время|剩余预估
Status Category Changed|Catégorie changée|カテゴリの変更|Категория изменена|类别已更改
Sub-tasks|Sous-tâches|サブタスク|Подзадачи|子任务
Key|Clé|キー|Ключ|关键字
Comment|Commentaire|コメント|Комментарий|评论
Linked Issues|Tickets liés|リンクされた課題|Связанные задачи|链接的问题
"""

_TRANSLATIONS: dict[str, tuple[str, ...]] = {
    row.split("|")[0]: tuple(row.split("|")) for row in _TABLE.strip().splitlines()
}


def translate(english: str, language: Language) -> str:
    """The name in `language`; a name that is not standard content stays as it is."""
    row = _TRANSLATIONS.get(english)
    return english if row is None else row[LANGUAGES.index(language)]
