# Who was randomized, what happened to them, and how much of it falls into each window.


include: "participants.smk" if BY_PARTICIPANT else "follow_up.smk"


if not BY_PARTICIPANT:

    include: "monitored.smk"
