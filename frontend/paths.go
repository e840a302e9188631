package frontend

// Where the pages for reps stand, for the navigation and for links in Go. They are served by the list in api/page_routes.go; a
// test there follows the links of every sample.
const (
	PathToday        = "/"
	PathCapacity     = "/quiet/capacity"
	PathReport       = "/quiet/report"
	PathCustomers    = "/customers"
	PathFeedback     = "/feedback"
	PathResponses    = "/responses"
	PathSurveys      = "/surveys"
	PathPulses       = "/pulses"
	PathForecast     = "/pulses/forecast"
	PathInvitations  = "/invitations"
	PathKeptMails    = "/kept-mails"
	PathReceived     = "/received-mails"
	PathImports      = "/imports"
	PathFeeds        = "/feeds"
	PathEffects      = "/effects"
	PathSettings     = "/settings"
	PathMailCheck    = "/settings/mail"
	PathLook         = "/settings/look"
	PathAudit        = "/settings/audit"
	PathSuppressions = "/suppressions"
	PathAccount      = "/account"
	PathLogin        = "/login"
	PathLogout       = "/logout"
	PathForgot       = "/forgot"
	PathReset        = "/reset"
	PathSetup        = "/setup"
	PathDocs         = "/docs"
	PathGallery      = "/gallery"
	// PathStatic is the folder under which the names of Assets are served.
	PathStatic = "/static/"
)
