"""What customers abroad write to the helpdesk, in German and French.

Belongs here: wording by language and topic, as in phrases. Stays out: who writes which language (ticket_voice).
"""

from __future__ import annotations

SUBJECTS = {
    "German": {
        "delivery": ("Wo bleibt mein Paket?", "Lieferung nicht angekommen", "Sendung seit Tagen unterwegs"),
        "billing": ("Doppelt abgebucht", "Rechnung fehlt", "Falscher Betrag auf der Kreditkarte"),
        "product_defect": ("Griff abgebrochen", "Artikel funktioniert nicht mehr", "Schüssel hat einen Riss"),
        "account": ("Anmeldung klappt nicht", "Passwort vergessen", "Bitte Konto löschen"),
        "returns": ("Rücksendung anmelden", "Wo bleibt die Erstattung?", "Umtausch in eine andere Farbe"),
    },
    "French": {
        "delivery": ("Où est mon colis ?", "Livraison toujours pas arrivée", "Suivi du colis bloqué"),
        "billing": ("Débité deux fois", "Facture manquante", "Mauvais montant sur ma carte"),
        "product_defect": ("Poignée cassée", "L'article ne fonctionne plus", "Le produit est fendu"),
        "account": ("Connexion impossible", "Mot de passe oublié", "Supprimer mon compte"),
        "returns": ("Retourner un article", "Remboursement en attente", "Échange contre une autre couleur"),
    },
}
VAGUE_SUBJECTS = {
    "German": ("Eine Frage", "Bitte um Hilfe", "Meine letzte Bestellung"),
    "French": ("Une question", "Besoin d'aide", "Ma dernière commande"),
}
DESCRIPTIONS = {
    "German": {
        "delivery": (
            "Guten Tag, mein Paket sollte letzte Woche kommen. Die Sendungsverfolgung zeigt nur „unterwegs“.",
            "Der Paketdienst sagt, es sei zugestellt worden, aber hier ist keine Lieferung angekommen.",
        ),
        "billing": (
            "Auf meiner Abrechnung steht dieselbe Zahlung zweimal. Bitte buchen Sie eine davon zurück.",
            "Ich brauche eine ordentliche Rechnung mit Firmenname und Steuernummer.",
        ),
        "product_defect": (
            "Nach drei Wochen ist der Griff abgebrochen, das Material ist gerissen.",
            "Das Gerät ist kaputt angekommen, obwohl der Karton heil war.",
        ),
        "account": (
            "Ich bekomme keine Mail zum Zurücksetzen, mein Passwort wird nicht angenommen.",
            "Mein Konto ist gesperrt, die Anmeldung geht nicht mehr.",
        ),
        "returns": (
            "Ich möchte einen Artikel zurückschicken, er passt nicht in unsere Küche.",
            "Die Rücksendung ist seit zwei Wochen bei Ihnen, die Erstattung fehlt noch.",
        ),
    },
    "French": {
        "delivery": (
            "Bonjour, mon colis devait arriver la semaine dernière et le suivi indique toujours « en transit ».",
            "Le transporteur dit avoir livré le colis, mais personne ici ne l'a reçu.",
        ),
        "billing": (
            "Mon relevé montre deux paiements pour la même commande. Merci d'en rembourser un.",
            "Il me faut une facture avec le nom de la société et le numéro de TVA.",
        ),
        "product_defect": (
            "La poignée s'est cassée au bout de trois semaines, le fond est fendu.",
            "L'appareil est arrivé cassé alors que le carton était intact.",
        ),
        "account": (
            "Je ne reçois pas le mail pour changer le mot de passe.",
            "Mon compte est bloqué et la connexion ne marche plus.",
        ),
        "returns": (
            "Je voudrais retourner un article, il ne va pas dans notre cuisine.",
            "J'ai renvoyé le colis il y a deux semaines, le retour n'est pas remboursé.",
        ),
    },
}
VAGUE_DESCRIPTIONS = {
    "German": ("Hallo, kann mir bitte jemand helfen?", "Guten Tag, wer ist bei Ihnen dafür zuständig?"),
    "French": ("Bonjour, quelqu'un peut-il m'aider ?", "Bonjour, à qui dois-je m'adresser ?"),
}
REPLIES = {
    "German": {
        "customer_reply": ("Hier ist die Angabe, um die Sie gebeten haben.", "Danke, ich warte auf Ihre Nachricht."),
        "unhappy_reply": ("Ich sehe immer noch keine Änderung.", "Warum antwortet mir niemand? Das ist ärgerlich."),
        "complaint": ("Das ist leider überhaupt nicht gelöst.", "Schon wieder dasselbe, ich bin verärgert."),
    },
    "French": {
        "customer_reply": ("Voici l'information demandée.", "Merci, j'attends de vos nouvelles."),
        "unhappy_reply": ("Je ne vois toujours aucun changement.", "Personne ne me répond, c'est agaçant."),
        "complaint": ("Ce n'est pas résolu du tout.", "Encore le même problème, je suis mécontent."),
    },
}
