package survey

// Template is a built-in questionnaire that a survey can be made from.
type Template struct {
	// Name is what SurveyInput.Template takes.
	Name string `json:"name"`
	// Label names it for reps, and Purpose says in a sentence what it is for.
	Label   string        `json:"label"`
	Purpose string        `json:"purpose"`
	Content SurveyVersion `json:"content"`
}

// The names of the built-in templates.
const (
	TemplateQuiet    = "quiet"
	TemplateProgress = "progress"
	TemplateNPS      = "nps"
	TemplateCSAT     = "csat"
)

// Templates returns the built-in questionnaires, worded in English, German, French, Spanish and Arabic. Each call returns
// copies of its own.
func Templates() []Template {
	return []Template{quietTemplate(), progressTemplate(), npsTemplate(), csatTemplate()}
}

// templateNamed returns the template with that name.
func templateNamed(name string) (Template, bool) {
	for _, t := range Templates() {
		if t.Name == name {
			return t, true
		}
	}
	return Template{}, false
}

// worded returns the same said in the five languages of the templates.
func worded(en, de, fr, es, ar string) Text {
	return Text{"en": en, "de": de, "fr": fr, "es": es, "ar": ar}
}

// words returns an optional question that is answered in words.
func words(id string, text Text) Question { return Question{ID: id, Kind: OpenText, Text: text} }

// couldBeBetter is the probe that several templates share.
func couldBeBetter() Question {
	return words("better", worded(
		"What could we do better?",
		"Was könnten wir besser machen?",
		"Que pourrions-nous améliorer ?",
		"¿Qué podríamos hacer mejor?",
		"ما الذي يمكننا تحسينه؟",
	))
}

// thanks closes every template.
func thanks() Text {
	return worded(
		"Thank you. Your answer goes straight to the person who looks after you.",
		"Vielen Dank. Ihre Antwort geht direkt an die Person, die Sie betreut.",
		"Merci. Votre réponse est transmise directement à la personne qui suit votre dossier.",
		"Gracias. Su respuesta llega directamente a la persona que le atiende.",
		"شكرًا لكم. يصل ردّكم مباشرةً إلى الشخص المسؤول عن خدمتكم.",
	)
}
