"""What the ladder says in Jira, in five languages. `wording` puts the names in; a line is a paragraph.

`{person}` is who is told, `{tickets}` the tickets in hand, `{ticket}` the one that is meant, `{status}` the
status it is back in, `{limit}` working days, `{day}` a date, `{reason}` what the person wrote.
"""

from collections.abc import Mapping

Texts = Mapping[str, str]

ENGLISH: Texts = {
    "one_active.nudge_breach": (
        "{person} several tickets are in progress with you at once: {tickets}.\n"
        "Keep the one you are working on, and move the others back or to waiting."
    ),
    "one_active.ask_breach": (
        "{person} several tickets are in progress with you at once: {tickets}.\n"
        "Please keep one and move the others back or to waiting, or say why they have to run side by side."
    ),
    "one_active.ask_refused": (
        "{person} several tickets are in progress with you at once: {tickets}.\n"
        "{ticket} was started last, and Jira did not let us move it back. Please move it yourself, or say "
        "why they have to run side by side."
    ),
    "one_active.moved": (
        "{person} {ticket} is back in {status}, because several tickets were in progress with you at "
        "once: {tickets}.\n"
        "Start it when another one is finished. If you need it now, start it again: it is then left alone."
    ),
    "one_active.undone": (
        "{person} {ticket} is in {status} again: a lead has undone the move. It is left alone from now on."
    ),
    "one_active.closed": "Settled: one ticket at a time again. Thank you.",
    "five_days.nudge": (
        "{person} {ticket} will soon have been in progress for {limit} working days.\n"
        "Can it be finished, or split so that a part of it is done?"
    ),
    "five_days.nudge_breach": (
        "{person} {ticket} has been in progress for more than {limit} working days.\n"
        "Finish what is there and put the rest into a new ticket."
    ),
    "five_days.ask": (
        "{person} {ticket} will soon have been in progress for {limit} working days.\n"
        "Can it be finished or split? If not, please say why."
    ),
    "five_days.ask_breach": (
        "{person} {ticket} has been in progress for more than {limit} working days.\n"
        "Please finish what is there and put the rest into a new ticket, or say why it takes longer."
    ),
    "five_days.closed": "Settled: this one is over. Thank you.",
    "answer": "To go on with a reason, answer with a line like this: ok until {day}: your reason",
    "hint": (
        "{person} thank you. If you would like more time, this is how it is understood: a line of its own, "
        "with a day that lies ahead.\n"
        "ok until {day}: your reason\nok until friday: your reason"
    ),
    "waiver_asked": "{person} noted: until {day}, because: {reason}\nA lead will say yes or no.",
    "waiver_granted": "Agreed: until {day}, because: {reason}",
    "waiver_declined": (
        "{person} a lead has looked at this and would rather not wait: {reason}\n"
        "Please find a way together, here or in person."
    ),
}

FRENCH: Texts = {
    "one_active.nudge_breach": (
        "{person} plusieurs tickets sont en cours chez vous à la fois : {tickets}.\n"
        "Gardez celui sur lequel vous travaillez et remettez les autres à faire ou en attente."
    ),
    "one_active.ask_breach": (
        "{person} plusieurs tickets sont en cours chez vous à la fois : {tickets}.\n"
        "Merci d'en garder un seul, ou de dire pourquoi ils doivent avancer ensemble."
    ),
    "one_active.ask_refused": (
        "{person} plusieurs tickets sont en cours chez vous à la fois : {tickets}.\n"
        "{ticket} a été commencé en dernier et Jira n'a pas permis de le remettre en place. Merci de le "
        "faire, ou de dire pourquoi ils doivent avancer ensemble."
    ),
    "one_active.moved": (
        "{person} {ticket} est revenu à {status}, car plusieurs tickets étaient en cours chez vous à la "
        "fois : {tickets}.\n"
        "Commencez-le quand un autre sera fini. S'il le faut maintenant, recommencez-le : il sera laissé là."
    ),
    "one_active.undone": (
        "{person} {ticket} est de nouveau dans {status} : un responsable a annulé le retour. "
        "Il sera laissé là."
    ),
    "one_active.closed": "C'est réglé : un seul ticket à la fois de nouveau. Merci.",
    "five_days.nudge": (
        "{person} {ticket} sera bientôt en cours depuis {limit} jours ouvrés.\n"
        "Peut-il être fini, ou divisé pour qu'une partie le soit ?"
    ),
    "five_days.nudge_breach": (
        "{person} {ticket} est en cours depuis plus de {limit} jours ouvrés.\n"
        "Terminez ce qui est là et mettez le reste dans un nouveau ticket."
    ),
    "five_days.ask": (
        "{person} {ticket} sera bientôt en cours depuis {limit} jours ouvrés.\n"
        "Peut-il être fini ou divisé ? Sinon, merci de dire pourquoi."
    ),
    "five_days.ask_breach": (
        "{person} {ticket} est en cours depuis plus de {limit} jours ouvrés.\n"
        "Merci de terminer ce qui est là et de mettre le reste dans un nouveau ticket, ou de dire pourquoi "
        "cela prend plus de temps."
    ),
    "five_days.closed": "C'est réglé : celui-ci est terminé. Merci.",
    "answer": (
        "Pour continuer avec une raison, répondez par une ligne comme : ok jusqu'au {day} : votre raison"
    ),
    "hint": (
        "{person} merci. Pour demander plus de temps, voici ce qui est "
        "compris : une ligne à part, avec un jour "
        "à venir.\n"
        "ok jusqu'au {day} : votre raison\nok jusqu'à vendredi : votre raison"
    ),
    "waiver_asked": "{person} c'est noté : jusqu'au {day}, car : {reason}\nUn responsable dira oui ou non.",
    "waiver_granted": "D'accord : jusqu'au {day}, car : {reason}",
    "waiver_declined": (
        "{person} un responsable a lu ceci et préfère ne pas attendre : {reason}\n"
        "Merci de chercher une solution ensemble, ici ou de vive voix."
    ),
}

JAPANESE: Texts = {
    "one_active.nudge_breach": (
        "{person} さん、進行中のチケットが複数あります: {tickets}。\n"
        "いま取り組んでいる一つを残し、ほかは元に戻すか、待ちにしてください。"
    ),
    "one_active.ask_breach": (
        "{person} さん、進行中のチケットが複数あります: {tickets}。\n"
        "一つだけ残すか、同時に進める理由を教えてください。"
    ),
    "one_active.ask_refused": (
        "{person} さん、進行中のチケットが複数あります: {tickets}。\n"
        "最後に始めた {ticket} は Jira の制限で戻せませんでした。"
        "ご自身で戻すか、同時に進める理由を教えてください。"
    ),
    "one_active.moved": (
        "{person} さん、複数のチケット ({tickets}) が同時に進行中だったため、"
        "{ticket} を {status} に戻しました。\n"
        "ほかの一つが終わってから始めてください。いま必要なら、もう一度始めればそのままにします。"
    ),
    "one_active.undone": (
        "{person} さん、リーダーが取り消したため、{ticket} は {status} に戻りました。今後はそのままにします。"
    ),
    "one_active.closed": "解決しました。進行中のチケットは一つになりました。ありがとうございます。",
    "five_days.nudge": (
        "{person} さん、{ticket} はまもなく {limit} 営業日のあいだ進行中になります。\n"
        "終えられますか。または、一部が終わるように分けられますか。"
    ),
    "five_days.nudge_breach": (
        "{person} さん、{ticket} は {limit} 営業日を超えて進行中です。\n"
        "できたところで終え、残りは新しいチケットにしてください。"
    ),
    "five_days.ask": (
        "{person} さん、{ticket} はまもなく {limit} 営業日のあいだ進行中になります。\n"
        "終えるか、分けられますか。難しければ理由を教えてください。"
    ),
    "five_days.ask_breach": (
        "{person} さん、{ticket} は {limit} 営業日を超えて進行中です。\n"
        "できたところで終えて残りを新しいチケットにするか、長くかかる理由を教えてください。"
    ),
    "five_days.closed": "解決しました。このチケットは終わりました。ありがとうございます。",
    "answer": "理由があって続ける場合は、次のように返信してください: ok {day}まで: 理由",
    "hint": (
        "{person} さん、ありがとうございます。延長は、これから来る日を入れて一行で書くと伝わります。\n"
        "ok {day}まで: 理由\nok 金曜日まで: 理由"
    ),
    "waiver_asked": "{person} さん、承りました: {day} まで。理由: {reason}\nリーダーが判断します。",
    "waiver_granted": "承認されました: {day} まで。理由: {reason}",
    "waiver_declined": (
        "{person} さん、リーダーが確認しましたが、延長は見送られました: {reason}\n"
        "ここで、または直接、一緒に方法を考えてください。"
    ),
}

RUSSIAN: Texts = {
    "one_active.nudge_breach": (
        "{person} у вас в работе сразу несколько задач: {tickets}.\n"
        "Оставьте ту, которой заняты, а остальные верните или переведите в ожидание."
    ),
    "one_active.ask_breach": (
        "{person} у вас в работе сразу несколько задач: {tickets}.\n"
        "Пожалуйста, оставьте одну или напишите, почему они должны идти вместе."
    ),
    "one_active.ask_refused": (
        "{person} у вас в работе сразу несколько задач: {tickets}.\n"
        "Последней начата {ticket}, но Jira не дала её вернуть. Пожалуйста, верните её сами или напишите, "
        "почему они должны идти вместе."
    ),
    "one_active.moved": (
        "{person} {ticket} возвращена в статус {status}: у вас в "
        "работе было сразу несколько задач: {tickets}.\n"
        "Начните её, когда закончите другую. Если она нужна сейчас, начните снова: больше её не тронут."
    ),
    "one_active.undone": (
        "{person} {ticket} снова в статусе {status}: руководитель отменил возврат. Больше её не тронут."
    ),
    "one_active.closed": "Решено: снова одна задача в работе. Спасибо.",
    "five_days.nudge": (
        "{person} {ticket} скоро будет в работе {limit} рабочих дней.\n"
        "Можно ли её закончить или разделить, чтобы часть была готова?"
    ),
    "five_days.nudge_breach": (
        "{person} {ticket} в работе больше {limit} рабочих дней.\n"
        "Завершите то, что есть, а остальное вынесите в новую задачу."
    ),
    "five_days.ask": (
        "{person} {ticket} скоро будет в работе {limit} рабочих дней.\n"
        "Можно ли её закончить или разделить? Если нет, напишите, пожалуйста, почему."
    ),
    "five_days.ask_breach": (
        "{person} {ticket} в работе больше {limit} рабочих дней.\n"
        "Пожалуйста, завершите то, что есть, а остальное вынесите в новую задачу, или напишите, почему нужно "
        "больше времени."
    ),
    "five_days.closed": "Решено: эта задача завершена. Спасибо.",
    "answer": "Чтобы продолжить с причиной, ответьте такой строкой: ок до {day}: причина",
    "hint": (
        "{person} спасибо. Чтобы попросить ещё времени, напишите "
        "отдельной строкой, с днём, который впереди.\n"
        "ок до {day}: причина\nок до пятницы: причина"
    ),
    "waiver_asked": "{person} записано: до {day}, причина: {reason}\nРешит руководитель.",
    "waiver_granted": "Согласовано: до {day}, причина: {reason}",
    "waiver_declined": (
        "{person} руководитель посмотрел и предпочёл не ждать: {reason}\n"
        "Пожалуйста, найдите решение вместе, здесь или лично."
    ),
}

CHINESE: Texts = {
    "one_active.nudge_breach": (
        "{person} 你同时有多个任务在进行中：{tickets}。\n请保留正在做的一个，把其他的退回或转为等待。"
    ),
    "one_active.ask_breach": (
        "{person} 你同时有多个任务在进行中：{tickets}。\n请只保留一个，或者说明它们为什么需要同时进行。"
    ),
    "one_active.ask_refused": (
        "{person} 你同时有多个任务在进行中：{tickets}。\n"
        "最后开始的是 {ticket}，但 Jira 不允许自动退回。请自行退回，或者说明它们为什么需要同时进行。"
    ),
    "one_active.moved": (
        "{person} 由于你同时有多个任务在进行中（{tickets}），{ticket} 已退回到 {status}。\n"
        "请在完成另一个之后再开始它。如果现在就需要，请再次开始，之后不会再移动它。"
    ),
    "one_active.undone": "{person} {ticket} 又回到 {status}：负责人撤销了移动，之后不会再移动它。",
    "one_active.closed": "已解决：现在只有一个任务在进行中。谢谢。",
    "five_days.nudge": (
        "{person} {ticket} 进行中的时间即将达到 {limit} 个工作日。\n能完成它，或拆分出可以完成的部分吗？"
    ),
    "five_days.nudge_breach": (
        "{person} {ticket} 进行中的时间已超过 {limit} 个工作日。\n请完成现有部分，把其余的放进新任务。"
    ),
    "five_days.ask": (
        "{person} {ticket} 进行中的时间即将达到 {limit} 个工作日。\n能完成或拆分吗？如果不能，请说明原因。"
    ),
    "five_days.ask_breach": (
        "{person} {ticket} 进行中的时间已超过 {limit} 个工作日。\n"
        "请完成现有部分，把其余的放进新任务，或者说明为什么需要更长时间。"
    ),
    "five_days.closed": "已解决：这个任务已结束。谢谢。",
    "answer": "如有理由继续，请这样回复一行：ok 到{day}：理由",
    "hint": (
        "{person} 谢谢。如需更多时间，请单独写一行，日期要在今天之后：\nok 到{day}：理由\nok 到周五：理由"
    ),
    "waiver_asked": "{person} 已记录：到 {day}，理由：{reason}\n负责人会答复。",
    "waiver_granted": "已同意：到 {day}，理由：{reason}",
    "waiver_declined": "{person} 负责人已查看，希望不再等待：{reason}\n请在这里或当面一起想办法。",
}

CATALOGUE: Mapping[str, Texts] = {
    "en": ENGLISH,
    "fr": FRENCH,
    "ja": JAPANESE,
    "ru": RUSSIAN,
    "zh": CHINESE,
}
