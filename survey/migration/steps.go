package migration

import (
	"earshot/survey"
	"earshot/survey/access"
)

// table lists all steps, by version.
func table() []Step {
	return []Step{
		{Version: 1, Name: "have answers name what they owe, and repeat what was chosen on scales", Collection: "responses",
			Do: Each((*survey.Response).Upgrade)},
		{Version: 1, Name: "have rhythms name when they are looked at", Collection: "rhythms", Do: Each((*survey.Rhythm).Upgrade)},
		{Version: 1, Name: "have rhythm models name their next fit", Collection: "rhythm_models", Do: Each((*survey.RhythmModel).Upgrade)},
		{Version: 1, Name: "have deleted customers name their erasure", Collection: "customers", Do: Each((*survey.Customer).Upgrade)},
		{Version: 1, Name: "give contacts the keys that their addresses have now", Collection: "contacts", Do: rekeyContacts},
		{Version: 1, Name: "move suppressions to where their addresses are looked for now", Collection: "suppressions", Do: moveSuppressions},
		{Version: 1, Name: "give asks the persons that they went to", Collection: "ask_logs", Do: rekeyAskLogs},
		{Version: 1, Name: "give reps the keys that their addresses have now", Collection: "reps", Do: Each((*access.Rep).Rekey)},
		{Version: 2, Name: "have suppressions of *@domain hold for everybody there", Collection: "suppressions", Do: moveSuppressions},
		{Version: 2, Name: "have suppressions name their domains, and begin their histories", Collection: "suppressions", Do: Each((*survey.Suppression).Upgrade)},
		{Version: 3, Name: "have invitations tell where they stand, and their recipients as they are searched for", Collection: "invitations", Do: Each((*survey.Invitation).Upgrade)},
	}
}
