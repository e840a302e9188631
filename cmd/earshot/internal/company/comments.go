package company

import "math/rand/v2"

// Comments that respondents write, by how content they are and by language.
var comments = map[string]map[bool][]string{
	"en": {
		true:  {"Always a pleasure, Maren knows our plant better than we do.", "Deliveries have been spot on this quarter.", "Good quality, fair prices. Keep going.", "The new ordering portal saves us hours.", "Please bring back the recycled A3 range."},
		false: {"Three late deliveries in a row. We cannot plan like this.", "Nobody called back for two weeks.", "Your prices went up again; Papirus offered 8 % less.", "Invoices are wrong every other month.", "We would like same-day delivery. Others have it."},
	},
	"de": {
		true:  {"Sehr zuverlässig, weiter so.", "Die Beratung war ausgezeichnet.", "Das neue Portal ist eine echte Erleichterung."},
		false: {"Zu lange Lieferzeiten in diesem Jahr.", "Die Preise sind höher als bei Papirus.", "Bei Reklamationen meldet sich niemand."},
	},
	"fr": {
		true:  {"Très bon suivi, merci.", "Qualité constante et livraison rapide."},
		false: {"Trop de retards depuis le printemps.", "Un concurrent propose de meilleurs prix."},
	},
	"es": {
		true:  {"Trato excelente, como siempre.", "Muy contentos con la calidad."},
		false: {"Los plazos de entrega ya no se cumplen.", "Esperamos más apoyo técnico."},
	},
}

// Comment returns what somebody writes in that language; empty for most, since most write nothing.
func Comment(r *rand.Rand, language string, content bool) string {
	if r.Float64() > .4 {
		return ""
	}
	byMood, known := comments[language]
	if !known {
		byMood = comments["en"]
	}
	return one(r, byMood[content])
}
