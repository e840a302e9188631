package survey

// progressTemplate asks how the customer's own business is going, with the five levels of ProgressLevels.
func progressTemplate() Template {
	return Template{
		Name: TemplateProgress, Label: "Business progress",
		Purpose: "Asks how the customer's own business is going compared with six months ago.",
		Content: SurveyVersion{
			Title: worded(
				"Your business, now and six months ago",
				"Ihr Geschäft heute und vor sechs Monaten",
				"Votre activité, aujourd’hui et il y a six mois",
				"Su negocio, hoy y hace seis meses",
				"أعمالكم اليوم وقبل ستة أشهر",
			),
			Intro: worded(
				"One question about how your own business is going. It takes ten seconds.",
				"Eine Frage dazu, wie Ihr eigenes Geschäft läuft. Sie dauert zehn Sekunden.",
				"Une question sur la marche de votre propre activité. Dix secondes suffisent.",
				"Una pregunta sobre la marcha de su propio negocio. Solo lleva diez segundos.",
				"سؤال واحد عن سير أعمالكم. لن يستغرق سوى عشر ثوانٍ.",
			),
			Thanks: thanks(),
			Questions: []Question{
				{ID: "progress", Kind: Progress, Required: true, Text: worded(
					"Compare right now to six months ago: how would you rate your business success?",
					"Vergleichen Sie heute mit der Lage vor sechs Monaten: Wie beurteilen Sie Ihren geschäftlichen Erfolg?",
					"Comparez aujourd’hui à il y a six mois : comment évaluez-vous la réussite de votre entreprise ?",
					"Compare el momento actual con hace seis meses: ¿cómo valora el éxito de su negocio?",
					"قارنوا الوضع الآن بما كان عليه قبل ستة أشهر: كيف تقيّمون نجاح أعمالكم؟",
				)},
				words("why", worded(
					"What made the difference?",
					"Was hat den Ausschlag gegeben?",
					"Qu’est-ce qui a fait la différence ?",
					"¿Qué ha marcado la diferencia?",
					"ما الذي أحدث الفرق؟",
				)),
			},
		},
	}
}

func npsTemplate() Template {
	return Template{
		Name: TemplateNPS, Label: "Recommendation (NPS)",
		Purpose: "Asks whether the customer would recommend you, from 0 to 10, and why.",
		Content: SurveyVersion{
			Title: worded(
				"Would you recommend us?",
				"Würden Sie uns weiterempfehlen?",
				"Nous recommanderiez-vous ?",
				"¿Nos recomendaría?",
				"هل توصون بنا؟",
			),
			Intro:  shortIntro(),
			Thanks: thanks(),
			Questions: []Question{
				{ID: "recommend", Kind: NPS, Required: true, Text: worded(
					"How likely are you to recommend us to a colleague or business partner?",
					"Wie wahrscheinlich ist es, dass Sie uns im Kollegenkreis oder bei Geschäftspartnern weiterempfehlen?",
					"Quelle est la probabilité que vous nous recommandiez à un collègue ou à un partenaire commercial ?",
					"¿Qué probabilidad hay de que nos recomiende a un colega o a un socio comercial?",
					"ما مدى احتمال أن توصوا بنا زميلًا أو شريكًا في العمل؟",
				)},
				words("why", worded(
					"What is the main reason for your score?",
					"Was ist der wichtigste Grund für Ihre Bewertung?",
					"Quelle est la raison principale de votre note ?",
					"¿Cuál es el motivo principal de su puntuación?",
					"ما السبب الرئيسي لهذا التقييم؟",
				)),
			},
		},
	}
}

func csatTemplate() Template {
	return Template{
		Name: TemplateCSAT, Label: "Satisfaction (CSAT)",
		Purpose: "Asks how satisfied the customer is, from 1 to 5, and what could be better.",
		Content: SurveyVersion{
			Title: worded(
				"How satisfied are you?",
				"Sind Sie zufrieden?",
				"Êtes-vous satisfait de nos services ?",
				"¿Está satisfecho con nosotros?",
				"هل أنتم راضون عنّا؟",
			),
			Intro:  shortIntro(),
			Thanks: thanks(),
			Questions: []Question{
				{ID: "satisfied", Kind: CSAT, Required: true, Text: worded(
					"How satisfied are you with us overall?",
					"Wie zufrieden sind Sie insgesamt mit uns?",
					"Dans l’ensemble, quel est votre niveau de satisfaction à notre égard ?",
					"En general, ¿cuál es su grado de satisfacción con nosotros?",
					"ما مدى رضاكم عنّا بشكل عام؟",
				)},
				couldBeBetter(),
			},
		},
	}
}

func shortIntro() Text {
	return worded(
		"One tap is enough. If you add a few words, we read every one of them.",
		"Ein Klick genügt. Wenn Sie ein paar Worte ergänzen, lesen wir jedes davon.",
		"Un clic suffit. Si vous ajoutez quelques mots, nous les lirons tous.",
		"Basta con un clic. Si añade unas palabras, las leeremos todas.",
		"تكفي نقرة واحدة. وإن أضفتم بضع كلمات فسنقرؤها كلّها.",
	)
}
