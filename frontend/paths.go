package frontend

// Where the pages for reps stand. The navigation leads here, so whoever serves the pages uses the same constants.
const (
	PathToday        = "/"
	PathCustomers    = "/customers"
	PathFeedback     = "/feedback"
	PathResponses    = "/responses"
	PathSurveys      = "/surveys"
	PathPulses       = "/pulses"
	PathInvitations  = "/invitations"
	PathKeptMails    = "/kept-mails"
	PathImports      = "/imports"
	PathSettings     = "/settings"
	PathSuppressions = "/suppressions"
	PathAccount      = "/account"
	PathLogin        = "/login"
	PathLogout       = "/logout"
	PathSetup        = "/setup"
	PathDocs         = "/docs"
	PathGallery      = "/gallery"
	// PathStatic is the folder under which the names of Assets are served.
	PathStatic = "/static/"
)
