package frontend

// section is one entry of the navigation.
type section struct {
	Name    string
	URL     string
	Current bool
}

// sections are the entries of the navigation for a rep, in the order of a working day.
func sections(s Shell) []section {
	all := []section{
		{Name: "Today", URL: PathToday},
		{Name: "Customers", URL: PathCustomers},
		{Name: "Feedback", URL: PathFeedback},
		{Name: "Surveys", URL: PathSurveys},
		{Name: "Pulses", URL: PathPulses},
		{Name: "Invitations", URL: PathInvitations},
	}
	if s.Kept {
		all = append(all, section{Name: "Kept mails", URL: PathKeptMails})
	}
	if s.User.Admin {
		all = append(all, section{Name: "Import", URL: PathImports}, section{Name: "Feeds", URL: PathFeeds}, section{Name: "Effects", URL: PathEffects}, section{Name: "Settings", URL: PathSettings})
	}
	for i := range all {
		all[i].Current = all[i].URL == s.Section
	}
	return all
}
