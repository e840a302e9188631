package frontend

import "time"

// KeptMailsPage lists the mails that were kept because no mail server is set. They were not sent.
type KeptMailsPage struct {
	Shell
	Rows  []KeptMailRow
	Pager Pager
}

// KeptMailRow is one mail that was kept.
type KeptMailRow struct {
	URL      string
	To       string
	Subject  string
	Customer Link
	At       time.Time
}

// PageTitle names the page.
func (KeptMailsPage) PageTitle() string { return "Kept mails" }

func (KeptMailsPage) template() string { return "kept_mails" }

// KeptMailPage is one mail that was kept.
type KeptMailPage struct {
	Shell
	Subject string
	// Headers are the mail's, in order.
	Headers []Fact
	Text    string
	// Frame is the URL of the mail's HTML alone; it is shown in a frame in which nothing can run.
	Frame string
	// Links are the addresses found in the mail, e.g. the page to answer on, so that the mail can be tried out.
	Links []Link
	// LinksMasked says that the reader may not see what the links open.
	LinksMasked bool
	Customer    Link
	// Invitation leads to the invitation that the mail is of; empty where it is gone.
	Invitation string
	At         time.Time
}

// PageTitle names the page.
func (p KeptMailPage) PageTitle() string { return p.Subject }

func (KeptMailPage) template() string { return "kept_mail" }
