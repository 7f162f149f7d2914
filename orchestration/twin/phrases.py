"""What people write: subjects, descriptions, replies, survey comments.

Belongs here: wording, several phrasings a topic, chosen by a uniform draw. Stays out: who says it and when, and what
customers write in other languages (phrases_abroad); the desk answers everybody in English.
"""

from __future__ import annotations

from orchestration.twin import phrases_abroad

_VAGUE_SUBJECTS = ("A question", "Help please", "My last order", "Please get in touch")
_VAGUE_DESCRIPTIONS = (
    "Hello, could somebody help me with something?",
    "Hi, I have a problem and do not know whom to ask.",
    "Good morning, who is the right person to talk to?",
)
_SUBJECTS = {
    "delivery": (
        "Where is my parcel?",
        "Order not delivered yet",
        "Tracking has not moved for days",
        "Delivery went to the wrong address",
        "Parcel arrived damaged",
    ),
    "billing": (
        "Charged twice for one order",
        "Invoice needed for my order",
        "Discount code was not applied",
        "Question about a payment",
        "Wrong amount on my card",
    ),
    "product_defect": (
        "Item stopped working",
        "Handle came off after a week",
        "Product is cracked",
        "Quality is not as described",
        "Broken on arrival",
    ),
    "account": (
        "Cannot log in",
        "Please change my e-mail address",
        "Password reset mail never comes",
        "Delete my old account",
        "Update company details",
    ),
    "returns": (
        "How do I send this back?",
        "Return label missing",
        "Refund still outstanding",
        "Exchange for another colour",
        "Returned parcel, no answer",
    ),
}
_DESCRIPTIONS = {
    "delivery": (
        'Hello, my order was due last week and has not arrived. The tracking page says "in transit". Can you check?',
        "The carrier claims it was handed over, but nobody here received anything.",
        "Hi team,\nthe box came open and one item is missing.\nWhat should I do?",
        "I need this before the weekend, please tell me where it is.",
    ),
    "billing": (
        "My statement shows two payments for the same order. Please refund one of them.",
        "Could you send me a proper invoice with our company name, street and tax number?",
        "The welcome code gave an error at checkout, so I paid the full price.",
        "I do not understand the amount; the basket said something else.",
    ),
    "product_defect": (
        "After three uses it just stopped. I have followed the manual to the letter.",
        "There is a crack along the bottom, about 4 cm. Pictures on request.",
        "It looks nothing like the photo, and the finish comes off.",
        "Arrived broken, although the box looked fine.",
    ),
    "account": (
        "I never get the reset mail; the spam folder is empty as well.",
        "We moved, so please update the address and the contact person.",
        "Please remove my data, I do not use the account any more.",
        "The page tells me that my account is locked.",
    ),
    "returns": (
        "I would like to return one item, it does not fit our kitchen.",
        "I sent the parcel back two weeks ago and have not seen my money.",
        "The return label in the box is for somebody else.",
        "Can I swap it for the larger one?",
    ),
}
_REPLIES = {
    "agent_reply": (
        "Thank you for writing to us. I have looked into it and need one more detail from you.",
        "Sorry for the trouble! I have asked the warehouse and will come back to you.",
        "Thanks, that helps. Please give us a day to sort this out.",
    ),
    "agent_solution": (
        "This is settled now. Please tell us if anything is still missing.",
        "We have put this right and sent you a confirmation.",
        "Done! I hope everything is fine now.",
    ),
    "customer_reply": (
        "Here is the detail you asked for.",
        "Thanks, I have attached what you need.",
        "Great, please let me know when there is news.",
    ),
    "unhappy_reply": (
        "Thanks, but I still do not see any change.",
        "Nobody answers me. How long is this supposed to take?",
        "This is ridiculous, I have explained it twice already.",
    ),
    "complaint": (
        "I have to come back to this: it is not solved at all.",
        "The same problem again, I am rather annoyed.",
        "Sorry, but this did not help.",
    ),
    "internal_note": (
        "Checked with the warehouse, waiting for their answer.",
        "Customer has been in touch about this before.",
        "Handing over to the right team.",
    ),
    "phone_summary": (
        "Thank you for your call. As agreed, I have noted your request and will look into it.",
        "Following our call: here is a summary of what you told us.",
    ),
}
_RATING_COMMENTS = {
    True: ("Quick and friendly", "", "", "Very helpful, thank you", ""),
    False: ("Took far too long", "", "Nobody read what I wrote", "", "Still not solved"),
}
_SURVEY_COMMENTS = {
    "promoter": ("Lovely things, well packed", "", "Always happy to come back", "", "Great service!"),
    "passive": ("Fine overall", "", "", "Good, but shipping is slow", ""),
    "detractor": ("Too many e-mails", "Support did not help me", "", "Quality has gone down", ""),
}


def choose(words: tuple[str, ...], draw: float) -> str:
    """The word at a uniform draw in [0, 1)."""
    return words[int(draw * len(words))]


def subject(topic: str | None, draw: float, language: str = "English") -> str:
    """A subject line that names the topic, or one that says nothing."""
    if language in phrases_abroad.SUBJECTS:
        abroad = phrases_abroad.SUBJECTS[language]
        return choose(abroad[topic] if topic else phrases_abroad.VAGUE_SUBJECTS[language], draw)
    return choose(_SUBJECTS[topic] if topic else _VAGUE_SUBJECTS, draw)


def description(topic: str | None, draw: float, language: str = "English") -> str:
    """What is wrong, or only that something is."""
    if language in phrases_abroad.DESCRIPTIONS:
        abroad = phrases_abroad.DESCRIPTIONS[language]
        return choose(abroad[topic] if topic else phrases_abroad.VAGUE_DESCRIPTIONS[language], draw)
    return choose(_DESCRIPTIONS[topic] if topic else _VAGUE_DESCRIPTIONS, draw)


def comment(kind: str, draw: float, language: str = "English") -> str:
    """The text of a later comment; `kind` as in ticket_history.Step, or unhappy_reply."""
    return choose(phrases_abroad.REPLIES.get(language, {}).get(kind) or _REPLIES[kind], draw)


def rating_comment(is_good: bool, draw: float) -> str:
    return choose(_RATING_COMMENTS[is_good], draw)


def survey_comment(score: int, draw: float) -> str:
    group = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    return choose(_SURVEY_COMMENTS[group], draw)
