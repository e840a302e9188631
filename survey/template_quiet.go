package survey

// quietTemplate asks customers that have gone quiet what those who leave without a word never say: are you happy, what
// could be better, is it the price, what do rivals offer, what should we build next.
func quietTemplate() Template {
	return Template{
		Name: TemplateQuiet, Label: "Quiet pulse",
		Purpose: "Asks a customer that has gone quiet how things stand, before they leave without a word.",
		Content: SurveyVersion{
			Title: worded(
				"How are we doing for you?",
				"Wie zufrieden sind Sie mit uns?",
				"Que pensez-vous de notre travail ?",
				"¿Qué tal lo estamos haciendo?",
				"كيف ترون عملنا معكم؟",
			),
			Intro: worded(
				"We have not heard from you for a while, and we would rather ask than guess. One tap is enough; everything else is up to you.",
				"Wir haben länger nichts von Ihnen gehört und fragen lieber nach, als zu raten. Ein Klick genügt, alles Weitere ist freiwillig.",
				"Nous n’avons pas eu de vos nouvelles depuis un moment et préférons vous demander plutôt que de deviner. Un clic suffit ; le reste est facultatif.",
				"Hace un tiempo que no sabemos de usted y preferimos preguntar a suponer. Basta con un clic; lo demás es opcional.",
				"لم نسمع منكم منذ فترة، ونفضّل أن نسألكم على أن نخمّن. تكفي نقرة واحدة، وما عداها اختياري.",
			),
			Thanks: thanks(),
			Questions: []Question{
				{ID: "happy", Kind: CSAT, Required: true, Text: worded(
					"How happy are you with us right now?",
					"Wie zufrieden sind Sie derzeit mit uns?",
					"Quel est votre niveau de satisfaction à notre égard en ce moment ?",
					"¿Cuál es su grado de satisfacción con nosotros en este momento?",
					"ما مدى رضاكم عنّا في الوقت الحالي؟",
				)},
				couldBeBetter(),
				pricesQuestion(),
				words("rivals", worded(
					"What do other suppliers offer that you miss with us?",
					"Was bieten andere Anbieter, das Ihnen bei uns fehlt?",
					"Que proposent d’autres fournisseurs que vous ne trouvez pas chez nous ?",
					"¿Qué ofrecen otros proveedores que echa de menos en nosotros?",
					"ما الذي يقدّمه مورّدون آخرون ولا تجدونه لدينا؟",
				)),
				words("next", worded(
					"What should we build next for you?",
					"Was sollten wir als Nächstes für Sie entwickeln?",
					"Que devrions-nous développer ensuite pour vous ?",
					"¿Qué le gustaría que desarrolláramos a continuación?",
					"ما الذي تودّون أن نطوّره لكم بعد ذلك؟",
				)),
			},
		},
	}
}

func pricesQuestion() Question {
	return Question{
		ID: "price", Kind: Single,
		Text: worded(
			"How do you find our prices?",
			"Wie finden Sie unsere Preise?",
			"Que pensez-vous de nos prix ?",
			"¿Qué le parecen nuestros precios?",
			"ما رأيكم في أسعارنا؟",
		),
		Choices: []Choice{
			{ID: "good", Text: worded("Good value", "Günstig", "Avantageux", "Buenos", "جيّدة")},
			{ID: "fair", Text: worded("Fair", "Angemessen", "Corrects", "Razonables", "معقولة")},
			{ID: "high", Text: worded("A little high", "Etwas hoch", "Un peu élevés", "Algo altos", "مرتفعة قليلًا")},
			{ID: "too_high", Text: worded("Too high", "Zu hoch", "Trop élevés", "Demasiado altos", "مرتفعة أكثر من اللازم")},
		},
	}
}
