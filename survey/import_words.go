package survey

import (
	"slices"
	"strings"
)

// kindWords are other words for the kinds of touchpoint, folded by headingKey.
var kindWords = map[string]TouchpointKind{
	"purchase": Order, "orders": Order, "dealwon": Order, "closedwon": Order, "sale": Order, "bestellung": Order, "auftrag": Order, "kauf": Order, "commande": Order, "achat": Order, "pedido": Order, "compra": Order,
	"invoicepaid": Payment, "charge": Payment, "invoice": Payment, "rechnung": Payment, "facture": Payment, "factura": Payment, "paymentsucceeded": Payment, "capture": Payment, "zahlung": Payment, "paiement": Payment, "pago": Payment,
	"signin": Login, "session": Login, "anmeldung": Login, "connexion": Login, "iniciodesesion": Login,
	"besuch": Visit, "visite": Visit, "visita": Visit,
	"support": Ticket, "conversation": Ticket, "chat": Ticket, "incident": Ticket, "servicecase": Ticket, "question": Ticket, "problem": Ticket, "task": Note, "aufgabe": Note, "supportticket": Ticket, "case": Ticket, "anfrage": Ticket, "demande": Ticket, "incidencia": Ticket,
	"beschwerde": Complaint, "reklamation": Complaint, "reclamation": Complaint, "plainte": Complaint, "queja": Complaint, "reclamacion": Complaint,
	"phone": Call, "phonecall": Call, "anruf": Call, "telefonat": Call, "appel": Call, "llamada": Call,
	"termin": Meeting, "demo": Meeting, "lunch": Meeting, "event": Meeting, "videocall": Meeting, "besprechung": Meeting, "reunion": Meeting, "rendezvous": Meeting, "appointment": Meeting,
	"email": EmailIn, "emailin": EmailIn, "emailreceived": EmailIn, "inboundemail": EmailIn, "mail": EmailIn, "courriel": EmailIn, "correo": EmailIn,
	"emailout": EmailOut, "emailsent": EmailOut, "outboundemail": EmailOut,
	"notiz": Note, "nota": Note, "comment": Note,
	"response": Answered, "surveyresponse": Answered, "antwort": Answered, "reponse": Answered, "respuesta": Answered,
}

// kindOf returns the kind of touchpoint that s means.
func kindOf(s string) (TouchpointKind, bool) { return wordOf(s, TouchpointKinds(), kindWords) }

// statusWords are other words for the statuses of a customer.
var statusWords = map[string]Status{
	"lead": Prospect, "subscriber": Prospect, "marketingqualifiedlead": Prospect, "salesqualifiedlead": Prospect, "opportunity": Prospect, "mql": Prospect, "sql": Prospect, "new": Prospect, "open": Prospect, "neu": Prospect, "offen": Prospect, "interessent": Prospect, "prospecto": Prospect, "potential": Prospect,
	"customer": Active, "evangelist": Active, "customerdirect": Active, "customerchannel": Active, "won": Active, "gewonnen": Active, "existingcustomer": Active, "current": Active, "aktiv": Active, "kunde": Active, "bestandskunde": Active, "actif": Active, "active": Active, "client": Active, "activo": Active, "cliente": Active,
	"churned": Lost, "churn": Lost, "formercustomer": Lost, "exkunde": Lost, "ehemalig": Lost, "ehemaligerkunde": Lost, "lostcustomer": Lost, "closed": Lost, "deactivated": Lost, "inactive": Lost, "former": Lost, "cancelled": Lost, "verloren": Lost, "inaktiv": Lost, "gekundigt": Lost, "perdu": Lost, "inactif": Lost, "perdido": Lost, "inactivo": Lost,
	"wonback": WonBack, "reactivated": WonBack, "zuruckgewonnen": WonBack, "reconquis": WonBack, "recuperado": WonBack,
}

// statusOf returns the status that s means.
func statusOf(s string) (Status, bool) { return wordOf(s, Statuses(), statusWords) }

// roleWords are other words for the roles of a contact.
var roleWords = map[string]Role{
	"ceo": DecisionMaker, "owner": DecisionMaker, "managingdirector": DecisionMaker, "director": DecisionMaker, "decisionmaker": DecisionMaker, "geschaftsfuhrer": DecisionMaker, "geschaftsfuhrung": DecisionMaker, "inhaber": DecisionMaker, "entscheider": DecisionMaker, "decideur": DecisionMaker, "directeur": DecisionMaker, "gerente": DecisionMaker, "decisor": DecisionMaker,
	"champion": Sponsor, "forderer": Sponsor, "parrain": Sponsor, "patrocinador": Sponsor,
	"cfo": Finance, "accounting": Finance, "finanzen": Finance, "buchhaltung": Finance, "comptabilite": Finance, "finanzas": Finance, "contabilidad": Finance,
	"enduser": User, "anwender": User, "nutzer": User, "benutzer": User, "utilisateur": User, "usuario": User,
	"sonstige": OtherRole, "andere": OtherRole, "autre": OtherRole, "otro": OtherRole,
}

// titleWords tell the role that a job title means by what is in it, folded by headingKey; the first that is found counts.
var titleWords = []struct {
	part string
	role Role
}{
	{"cfo", Finance}, {"chieffinancial", Finance}, {"finanz", Finance}, {"finance", Finance}, {"buchhalt", Finance}, {"accountant", Finance}, {"accounting", Finance}, {"controll", Finance}, {"comptab", Finance},
	{"contab", Finance}, {"treasur", Finance}, {"kreditor", Finance}, {"accountspayable", Finance}, {"geschaftsf", DecisionMaker}, {"chiefexecutive", DecisionMaker}, {"managingdirector", DecisionMaker},
	{"inhaber", DecisionMaker}, {"eigentumer", DecisionMaker}, {"owner", DecisionMaker}, {"founder", DecisionMaker}, {"grunder", DecisionMaker}, {"president", DecisionMaker}, {"vorstand", DecisionMaker},
	{"prokurist", DecisionMaker}, {"einkauf", DecisionMaker}, {"einkaufer", DecisionMaker}, {"purchas", DecisionMaker}, {"procurement", DecisionMaker}, {"buyer", DecisionMaker}, {"achat", DecisionMaker}, {"acheteu", DecisionMaker},
	{"compras", DecisionMaker}, {"comprador", DecisionMaker}, {"director", DecisionMaker}, {"directeur", DecisionMaker}, {"directrice", DecisionMaker}, {"headof", DecisionMaker}, {"gerente", DecisionMaker}, {"ceo", DecisionMaker},
	{"coo", DecisionMaker}, {"cto", DecisionMaker}, {"cio", DecisionMaker}, {"sponsor", Sponsor}, {"forderer", Sponsor}, {"champion", Sponsor}, {"anwender", User}, {"nutzer", User}, {"enduser", User},
}

// roleOf returns the role that s means, also where it is a job title.
func roleOf(s string) (Role, bool) {
	if role, ok := wordOf(s, Roles(), roleWords); ok {
		return role, true
	}
	key := headingKey(s)
	for _, t := range titleWords {
		if key == t.part || len(t.part) > 3 && strings.Contains(key, t.part) {
			return t.role, true
		}
	}
	return "", false
}

// wordOf returns what s means: one of the known words, in any case and spacing, or another word for one.
func wordOf[W ~string](s string, known []W, others map[string]W) (W, bool) {
	if w := W(s); slices.Contains(known, w) {
		return w, true
	}
	key := headingKey(s)
	for _, w := range known {
		if headingKey(string(w)) == key {
			return w, true
		}
	}
	w, ok := others[key]
	return w, ok
}
