package gallery

import (
	"earshot/frontend"
	"earshot/survey"
)

func responseSamples() []Sample {
	normal := frontend.ResponsesPage{Shell: shell(frontend.PathFeedback), Scope: "Answers of March 2026", Filter: feedbackFilter(nil), Back: frontend.Link{Text: "Feedback", URL: "/feedback"}, Rows: rows(), Pager: frontend.Pager{Next: "/responses?after=x"}}
	empty := frontend.ResponsesPage{Shell: shell(frontend.PathFeedback), Filter: feedbackFilter(nil)}
	extreme := normal
	extreme.Rows = extremeToday().Latest
	wrong := empty
	wrong.Filter = badPeriod()
	return []Sample{{"responses", "normal", normal}, {"responses", "empty", empty}, {"responses", "error", wrong}, {"responses", "extreme", extreme},
		{"response", "normal", response()}, {"response", "extreme", extremeResponse()}}
}

func response() frontend.ResponsePage {
	return frontend.ResponsePage{Shell: shell(frontend.PathFeedback), Customer: frontend.Link{Text: "Brückner & Co.", URL: "/customers/cus_1"}, Contact: "Petra Brückner", Email: "petra@brueckner.example",
		Role: survey.DecisionMaker, Survey: frontend.Link{Text: "Quiet pulse", URL: "/surveys/srv_1"}, Version: 3, Pulse: frontend.Link{Text: "Weekday quiet pulse", URL: "/pulses/pul_1"}, Rep: "Ana Weber", Segment: "Industry",
		Language: "de", At: ago(0), AskedAt: ago(1), Answers: []frontend.GivenAnswer{
			{Question: "Are you happy with us?", Kind: survey.CSAT, Score: frontend.Score{Kind: survey.CSAT, Value: 2, Given: true}},
			{Question: "What could be better?", Kind: survey.OpenText, Text: "The delivery was late twice, and nobody called.\nWe are talking to Ostmann now."},
			{Question: "Which of these do others offer?", Kind: survey.Multiple, Choices: []string{"A lower price", "Faster delivery"}},
			{Question: "What should we build next?", Kind: survey.OpenText, Skipped: true}}}
}

func extremeResponse() frontend.ResponsePage {
	p := response()
	p.Contact, p.Customer.Text, p.Survey.Text, p.Segment, p.Revised, p.Suspect = hostile, longName, arabic, longWord, ago(0), "it was answered faster than a person can"
	p.Answers[0].Score = frontend.Score{Kind: survey.NPS, Value: 0, Given: true}
	p.Answers[1].Text, p.Answers[2].Choices = arabic+" "+longWord, []string{longWord, chinese}
	return p
}
