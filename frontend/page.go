package frontend

import (
	"time"

	"earshot/survey"
	"earshot/survey/access"
)

// Page is a typed page. Its template stands in templates/pages under the name that template returns; only this package
// has pages.
type Page interface {
	// PageTitle is the page's name in the browser's tab and history.
	PageTitle() string
	template() string
}

// Shell is what every page for reps has around its own content.
type Shell struct {
	// User is who is logged in; the zero User shows no navigation.
	User User
	// Section is the entry of the navigation that is current: one of the Path constants, or empty.
	Section string
	// Notice is said once above the content, after a form was sent for example.
	Notice Notice
	// Kept says that mails stay in the installation, because no mail server is set.
	Kept bool
	// MailAlarm says that a mail server takes no mails; nil where all do.
	MailAlarm *MailAlarm
	// BrakeAlarm says that mails are held, for too many ended badly; nil where they go out.
	BrakeAlarm *BrakeAlarm
	// MailboxAlarm says that what comes back is not read; nil where it is, or there is no mailbox.
	MailboxAlarm *MailboxAlarm
}

// MailboxAlarm says that the mailbox cannot be read, and why.
type MailboxAlarm struct {
	Fault survey.Fault
	// Reply is what the server said, Since when it began, NextAt when the mailbox is tried next.
	Reply         string
	Since, NextAt time.Time
}

// mailboxFaults word what keeps a mailbox from being read.
var mailboxFaults = map[survey.Fault]string{
	survey.FaultConnection: "The mailbox’s server cannot be reached.",
	survey.FaultTLS:        "The connection to the mailbox’s server cannot be encrypted, or its certificate is not valid.",
	survey.FaultLogin:      "The mailbox’s server does not let Earshot in: user or password may be wrong.",
	survey.FaultFolder:     "The folder is not there, or Earshot may not open it.",
	survey.FaultBusy:       "The mailbox’s server cannot serve Earshot for now.",
}

// Why words the fault.
func (a *MailboxAlarm) Why() string { return mailboxFaults[a.Fault] }

// User is the rep who is logged in.
type User struct {
	Name  string
	Level access.Level
	// Admin, Manages and Works say what the level may. SeesAll says that they see everybody's customers.
	Admin, Manages, Works, SeesAll bool
}

// LoggedIn says whether somebody is logged in.
func (u User) LoggedIn() bool { return u.Name != "" }

// Tone is how something is to be taken; it decides colour and mark.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	Good    Tone = "good"
	Warning Tone = "warning"
	Bad     Tone = "bad"
)

// Notice is a message above the content.
type Notice struct {
	Tone Tone
	Text string
	// Link leads on from there; may be empty.
	Link Link
}

// Link is a text that leads somewhere.
type Link struct {
	Text string
	URL  string
}

// Tab is one of several views of the same thing.
type Tab struct {
	Link
	Current bool
}

// Action is a button of its own: a form without visible fields, or a link where Get is set.
type Action struct {
	Label string
	// URL takes the POST, or is where the link leads.
	URL string
	Get bool
	// Hidden is sent along.
	Hidden []Hidden
	Look   Look
	// About completes the label for those who do not see the button's surroundings, e.g. the customer's name.
	About string
	// Disabled is why the button cannot be used now; empty where it can.
	Disabled string
}

// Look is how prominent a button is.
type Look string

// The looks. One primary button a page section is enough.
const (
	Plain   Look = ""
	Primary Look = "primary"
	Quiet   Look = "quiet"
	Danger  Look = "danger"
)

// Hidden is a form value that is not shown.
type Hidden struct {
	Name  string
	Value string
}

// Pager leads through a long list. Empty URLs have no link.
type Pager struct {
	// First leads to the start of the list, Next behind the last row shown.
	First string
	Next  string
	// Shown says what is shown, e.g. "50 customers" or "Customers 51 to 100"; may be empty.
	Shown string
}

// Chart is a picture of figures. The page shows it as an image, so its numbers must stand in Alt and in a table.
type Chart struct {
	// Title says what is measured; Note is a line below it with n and interval; may be empty where the picture says so.
	Title string
	Note  string
	URL   string
	// DarkURL is the same picture for dark surroundings; empty shows URL on a light ground.
	DarkURL string
	// Narrow is the same picture laid out for phones, where type that shrinks with the picture could not be read; nil shows
	// URL there too.
	Narrow *Chart
	Alt    string
	// Width and Height are in CSS pixels and keep the place while the picture loads.
	Width  int
	Height int
	// Downloads lead to other forms of the same picture or numbers, e.g. PNG and CSV.
	Downloads []Link
}

// Fact is one line of a list of facts.
type Fact struct {
	Name  string
	Value string
	// URL makes the value a link; may be empty.
	URL string
}
