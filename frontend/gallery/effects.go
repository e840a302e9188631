package gallery

import (
	"time"

	"earshot/frontend"
	"earshot/survey"
)

func effectSamples() []Sample {
	failing := frontend.EffectsPage{Shell: shell(frontend.PathEffects), Effects: effects(), Letters: deadLetters(), Pager: frontend.Pager{Next: "/effects?after=x"},
		Tabs: []frontend.Tab{{Link: frontend.Link{Text: frontend.EffectWords("sign_of_life"), URL: "/effects?effect=sign_of_life"}, Current: true}, {Link: frontend.Link{Text: frontend.EffectWords("mail"), URL: "/effects?effect=mail"}}},
	}
	failing.RestartAll = pointer(post("Start all again", "/effects/restart-all", frontend.Plain, "Record the answer as a sign of life"))
	extreme := failing
	extreme.Effects, extreme.Letters = effects(), deadLetters()
	for i := range extreme.Effects {
		b := &extreme.Effects[i].Backlog
		b.Due, b.Working, b.Failing, b.Dead, b.Estimated, b.Error, b.NextTry = 1000000000, 1000000000, 1000000000, 1000000000, true, longWord+" "+hostile, Now.Add(time.Hour)
		extreme.Effects[i].Waited = 4000 * 24 * time.Hour
	}
	for i, text := range []string{longWord, arabic, chinese} {
		extreme.Letters[i].About.Text, extreme.Letters[i].Error, extreme.Letters[i].Tries = longWord, text, 1000000000
	}
	quiet := frontend.EffectsPage{Shell: shell(frontend.PathEffects), Effects: effects()}
	for i := range quiet.Effects {
		b := quiet.Effects[i].Backlog
		quiet.Effects[i] = frontend.EffectRow{Backlog: survey.Backlog{Queue: b.Queue, Effect: b.Effect}}
	}
	return []Sample{{"effects", "normal", failing}, {"effects", "empty", quiet}, {"effects", "extreme", extreme}}
}

func effects() []frontend.EffectRow {
	rows := []frontend.EffectRow{
		{Backlog: survey.Backlog{Queue: "responses", Effect: "mark_answered", Due: 42, Working: 500}, Waited: 4 * time.Second},
		{Backlog: survey.Backlog{Queue: "responses", Effect: "sign_of_life", Due: 1042, Estimated: true, Working: 500, Failing: 12, NextTry: Now.Add(4 * time.Minute), Error: "the rhythm of customer cus_1 cannot be told: its model is missing", Dead: 3}, Letters: "/effects?effect=sign_of_life", Waited: 95 * time.Second},
		{Backlog: survey.Backlog{Queue: "pulses", Effect: "run_pulse"}},
		{Backlog: survey.Backlog{Queue: "invitations", Effect: "mail", Due: 318, Working: 4, Dead: 1}, Letters: "/effects?effect=mail", Waited: 3 * time.Hour},
		{Backlog: survey.Backlog{Queue: "rhythms", Effect: "look_at_silence"}},
		{Backlog: survey.Backlog{Queue: "imports", Effect: "take_in_file", Working: 1}},
	}
	return rows
}

func deadLetters() []frontend.DeadLetterRow {
	rows := make([]frontend.DeadLetterRow, 3)
	for i, id := range []string{"rsp_01jzx2k3m4n5p6q7r8s9t0v1w2", "rsp_01jzx2k3m4n5p6q7r8s9t0v1w3", "rsp_01jzx2k3m4n5p6q7r8s9t0v1w4"} {
		rows[i] = frontend.DeadLetterRow{About: frontend.Link{Text: id, URL: "/responses/res_1"}, Since: ago(i + 2), SetAside: ago(i + 1), Tries: 16,
			Error: "the rhythm of customer cus_1 cannot be told: its model is missing", Restart: post("Start again", "/effects/restart", frontend.Plain, id)}
	}
	rows[2].About.URL = ""
	return rows
}
