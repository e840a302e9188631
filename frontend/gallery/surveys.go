package gallery

import (
	"errors"

	"earshot/frontend"
	"earshot/survey"
)

func surveySamples() []Sample {
	return []Sample{{"surveys", "normal", surveys()}, {"surveys", "empty", frontend.SurveysPage{Shell: shell(frontend.PathSurveys), Templates: surveys().Templates, New: "/surveys/new"}},
		{"surveys", "extreme", extremeSurveys()}, {"survey", "normal", oneSurvey()}, {"survey", "closed", closedSurvey()},
		{"survey_form", "empty", surveyForm(survey.SurveyVersion{}, true)}, {"survey_form", "normal", surveyForm(survey.Templates()[0].Content, false)},
		{"survey_mail", "normal", surveyMail()}, {"survey_mail", "extreme", extremeSurveyMail()},
		{"survey_form", "error", surveyForm(*extremeAnswer("en").Version, false).Reject(surveyErrors())}}
}

func surveys() frontend.SurveysPage {
	p := frontend.SurveysPage{Shell: shell(frontend.PathSurveys), New: "/surveys/new", Rows: []frontend.SurveyRow{
		{Name: "Quiet pulse", URL: "/surveys/srv_1", Status: survey.Open, Version: 3, Questions: 5, Pulses: []string{"Weekday quiet pulse"}, UpdatedAt: ago(8)},
		{Name: "Spring satisfaction", URL: "/surveys/srv_2", Status: survey.Closed, Version: 1, Questions: 2, UpdatedAt: ago(300)}}}
	for _, t := range survey.Templates() {
		p.Templates = append(p.Templates, frontend.SurveyTemplate{Name: t.Label, Text: t.Purpose, Questions: len(t.Content.Questions), Languages: frontend.Languages(),
			Use: frontend.Action{Label: "Use this", URL: "/surveys/template", Hidden: []frontend.Hidden{{Name: "template", Value: t.Name}}, About: t.Label}})
	}
	return p
}

func extremeSurveys() frontend.SurveysPage {
	p := surveys()
	p.Rows[0].Name, p.Rows[0].Pulses, p.Rows[0].Version, p.Rows[1].Name = longName, []string{longName, arabic}, 1000000000, hostile
	return p
}

func oneSurvey() frontend.SurveyPage {
	version := survey.Templates()[0].Content
	version.Number = 3
	return frontend.SurveyPage{Shell: shell(frontend.PathSurveys), Name: "Quiet pulse", Status: survey.Open, Version: version, Current: 3, MadeAt: ago(8), Language: "en",
		Versions: []frontend.Tab{{Link: frontend.Link{Text: "3", URL: "?version=3"}, Current: true}, {Link: frontend.Link{Text: "2", URL: "?version=2"}}},
		Views:    []frontend.Tab{{Link: frontend.Link{Text: "en", URL: "?language=en"}, Current: true}, {Link: frontend.Link{Text: "de", URL: "?language=de"}}, {Link: frontend.Link{Text: "ar", URL: "?language=ar"}}},
		Preview:  "/surveys/srv_1/preview", Mails: "/surveys/srv_1/mail", Results: "/feedback?survey=srv_1", Edit: "/surveys/srv_1/edit", Pulses: []frontend.Link{{Text: "Weekday quiet pulse", URL: "/pulses/pul_1"}},
		Reminders: []survey.Reminder{{AfterDays: 4}, {AfterDays: 7, Text: survey.Text{"en": "Just this once more: how are we doing?"}}},
		Toggle:    pointer(post("Close this survey", "/surveys/srv_1/close", frontend.Plain, ""))}
}

func closedSurvey() frontend.SurveyPage {
	p := oneSurvey()
	p.Version = *extremeAnswer("ar").Version
	p.Status, p.Language, p.Name, p.Pulses, p.Reminders = survey.Closed, "ar", longName, nil, nil
	p.Toggle = pointer(post("Reopen it", "/surveys/srv_1/reopen", frontend.Plain, ""))
	return p
}

func surveyForm(version survey.SurveyVersion, fresh bool) frontend.SurveyFormPage {
	name := "Quiet pulse"
	if fresh {
		name = ""
	}
	draft := frontend.DraftOf(name, 3, version, "en")
	if !fresh {
		draft.SetReminders([]survey.Reminder{{AfterDays: 4}, {AfterDays: 7, Text: survey.Text{"en": "Just this once more: how are we doing?"}}})
	}
	if !fresh {
		draft.Mail = someWording()
	}
	return frontend.SurveyFormPage{Shell: shell(frontend.PathSurveys), New: fresh, Action: "/surveys/srv_1/edit", Back: frontend.Link{Text: "Surveys", URL: "/surveys"}, Draft: draft}
}

func surveyErrors() error {
	err := &survey.Error{Kind: survey.Invalid, Message: "the survey is not valid"}
	for _, field := range []string{"name", "content.title", "content.title[ar]", "content.questions[0].text[en]", "content.questions[3].choices", "content.questions[3].choices[1].text", "content.questions[5].max_length", "content.questions"} {
		err.Fields = append(err.Fields, survey.FieldError{Field: field, Message: "must be something else"})
	}
	return errors.Join(err)
}
