package survey

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"earshot/survey/table"
)

// Mapping says which column of a file holds which field: the field's name to the column's heading.
type Mapping map[string]string

// headingKey folds a heading for comparison: without case, accents and everything that is neither letter nor digit.
func headingKey(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, nameKey(heading))
}

// guessMapping says which columns hold which fields, going by the headings and then, for required fields that no heading
// tells, by what stands in the columns. samples are the values of some rows, by column.
func guessMapping(fields []ImportField, headings []string, samples [][]string) Mapping {
	guess := Mapping{}
	free := slices.Clone(headings)
	keys := make([]string, len(headings))
	for i, h := range headings {
		keys[i] = headingKey(h)
	}
	take := func(field string, column int) {
		guess[field] = headings[column]
		free[column] = ""
	}
	for rank := range longestHeadings(fields) { // the likeliest heading of every field before the second likeliest of any
		for _, f := range fields {
			if rank >= len(f.headings) || guess[f.Name] != "" {
				continue
			}
			if i := slices.Index(keys, f.headings[rank]); i >= 0 && free[i] != "" {
				take(f.Name, i)
			}
		}
	}
	for _, f := range fields {
		holds := contents[f.Name]
		if guess[f.Name] != "" || holds == nil {
			continue
		}
		if i := columnOf(free, samples, holds); i >= 0 {
			take(f.Name, i)
		}
	}
	return guess
}

func longestHeadings(fields []ImportField) int {
	most := 0
	for _, f := range fields {
		most = max(most, len(f.headings))
	}
	return most
}

// contents tells fields by their values, where no heading does.
var contents = map[string]func(string) bool{
	fieldEmail: func(s string) bool { return strings.Count(s, "@") == 1 && !strings.Contains(s, " ") },
	fieldAt: func(s string) bool {
		_, problem := (&table.Dates{Zone: time.UTC}).Read(s)
		return problem == ""
	},
	fieldKind:   func(s string) bool { _, ok := kindOf(s); return ok },
	fieldStatus: func(s string) bool { _, ok := statusOf(s); return ok },
	fieldRole:   func(s string) bool { _, ok := roleOf(s); return ok },
}

// columnOf returns the first free column most of whose values hold; -1 if there is none.
func columnOf(free []string, samples [][]string, holds func(string) bool) int {
	for i := range free {
		if free[i] == "" || i >= len(samples) {
			continue
		}
		filled, right := 0, 0
		for _, s := range samples[i] {
			if s == "" {
				continue
			}
			filled++
			if holds(s) {
				right++
			}
		}
		if right > 0 && right*10 >= filled*8 {
			return i
		}
	}
	return -1
}

// ignored returns the headings that no field takes.
func (m Mapping) ignored(headings []string) []string {
	used := slices.Collect(maps.Values(m))
	return slices.DeleteFunc(slices.Clone(headings), func(h string) bool { return slices.Contains(used, h) })
}

// missing returns the required fields that no column holds.
func (m Mapping) missing(fields []ImportField) []string {
	list := []string{}
	for _, f := range fields {
		if f.Required && m[f.Name] == "" {
			list = append(list, f.Name)
		}
	}
	return list
}

// merge lays what the caller says over the guess. A field with an empty heading is not to be read; a column that the
// caller gives to one field is taken from the other that was guessed.
func (m Mapping) merge(given Mapping, fields []ImportField, headings []string) (Mapping, error) {
	merged := maps.Clone(m)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		heading := given[name]
		if !slices.ContainsFunc(fields, func(f ImportField) bool { return f.Name == name }) {
			return nil, InvalidField("mapping."+name, "is no field of such a file; the fields are %s", strings.Join(fieldNames(fields), ", "))
		}
		column := findHeading(headings, heading)
		if heading != "" && column == "" {
			return nil, InvalidField("mapping."+name, "names no column; the columns are %s", strings.Join(headings, ", "))
		}
		for other, h := range merged {
			if _, chosen := given[other]; h == column && !chosen {
				delete(merged, other)
			}
		}
		if merged[name] = column; column == "" {
			delete(merged, name)
		}
	}
	return merged, nil
}

// findHeading returns the heading that is meant, whatever its case and spaces; empty if there is none.
func findHeading(headings []string, meant string) string {
	if slices.Contains(headings, meant) {
		return meant
	}
	for _, h := range headings {
		if headingKey(h) == headingKey(meant) && headingKey(h) != "" {
			return h
		}
	}
	return ""
}

func fieldNames(fields []ImportField) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

// kindWords are other words for the kinds of touchpoint, folded by headingKey.
var kindWords = map[string]TouchpointKind{
	"purchase": Order, "sale": Order, "bestellung": Order, "auftrag": Order, "kauf": Order, "commande": Order, "achat": Order, "pedido": Order, "compra": Order,
	"invoicepaid": Payment, "zahlung": Payment, "paiement": Payment, "pago": Payment,
	"signin": Login, "session": Login, "anmeldung": Login, "connexion": Login, "iniciodesesion": Login,
	"besuch": Visit, "visite": Visit, "visita": Visit,
	"support": Ticket, "supportticket": Ticket, "case": Ticket, "anfrage": Ticket, "demande": Ticket, "incidencia": Ticket,
	"beschwerde": Complaint, "reklamation": Complaint, "reclamation": Complaint, "plainte": Complaint, "queja": Complaint, "reclamacion": Complaint,
	"phone": Call, "phonecall": Call, "anruf": Call, "telefonat": Call, "appel": Call, "llamada": Call,
	"termin": Meeting, "besprechung": Meeting, "reunion": Meeting, "rendezvous": Meeting, "appointment": Meeting,
	"email": EmailIn, "emailin": EmailIn, "emailreceived": EmailIn, "inboundemail": EmailIn, "mail": EmailIn, "courriel": EmailIn, "correo": EmailIn,
	"emailout": EmailOut, "emailsent": EmailOut, "outboundemail": EmailOut,
	"notiz": Note, "nota": Note, "comment": Note,
	"response": Answered, "surveyresponse": Answered, "antwort": Answered, "reponse": Answered, "respuesta": Answered,
}

// kindOf returns the kind of touchpoint that s means.
func kindOf(s string) (TouchpointKind, bool) { return wordOf(s, TouchpointKinds(), kindWords) }

// statusWords are other words for the statuses of a customer.
var statusWords = map[string]Status{
	"lead": Prospect, "interessent": Prospect, "prospecto": Prospect, "potential": Prospect,
	"customer": Active, "current": Active, "aktiv": Active, "kunde": Active, "bestandskunde": Active, "actif": Active, "active": Active, "client": Active, "activo": Active, "cliente": Active,
	"churned": Lost, "inactive": Lost, "former": Lost, "cancelled": Lost, "verloren": Lost, "inaktiv": Lost, "gekundigt": Lost, "perdu": Lost, "inactif": Lost, "perdido": Lost, "inactivo": Lost,
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

// roleOf returns the role that s means.
func roleOf(s string) (Role, bool) { return wordOf(s, Roles(), roleWords) }

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
