package frontend

import "time"

// OutboxPage lists the mails that were kept because no mail server is set. They were not sent.
type OutboxPage struct {
	Shell
	Rows  []OutboxRow
	Pager Pager
}

// OutboxRow is one mail that was kept.
type OutboxRow struct {
	URL      string
	To       string
	Subject  string
	Customer Link
	At       time.Time
}

// PageTitle names the page.
func (OutboxPage) PageTitle() string { return "Outbox" }

func (OutboxPage) template() string { return "outbox" }

// OutboxMailPage is one mail that was kept.
type OutboxMailPage struct {
	Shell
	Subject string
	// Headers are the mail's, in order.
	Headers []Fact
	Text    string
	// Frame is the URL of the mail's HTML alone; it is shown in a frame in which nothing can run.
	Frame string
	// Links are the addresses found in the mail, e.g. the page to answer on, so that the mail can be tried out.
	Links    []Link
	Customer Link
	At       time.Time
}

// PageTitle names the page.
func (p OutboxMailPage) PageTitle() string { return p.Subject }

func (OutboxMailPage) template() string { return "outbox_mail" }
