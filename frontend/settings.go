package frontend

import (
	"time"

	"earshot/survey"
	"earshot/survey/access"
)

// SettingsPage is for admins: who may log in, and which programs.
type SettingsPage struct {
	Shell
	Reps []RepRow
	// NewRep is the form made by RepForm, NewKey the one made by KeyForm.
	NewRep Form
	Keys   []KeyRow
	NewKey Form
	// FreshKey is a key, or another secret of one, that was made just now: it is shown this once. FreshName is the key's name.
	FreshKey  string
	FreshName string
	// FreshLink is the link with which a new rep sets their password, shown once; may be empty.
	FreshLink string
	// Facts are about the installation, e.g. version, database, mail server.
	Facts []Fact
}

// RepRow is one rep.
type RepRow struct {
	Name   string
	Edit   string
	Email  string
	Access access.Level
	// Team is the name of the team that they are in; empty is none.
	Team string
	// CallsPerWeek is how many customers they call in a week; 0 is no limit.
	CallsPerWeek int
	DisabledAt   time.Time
	CreatedAt    time.Time
}

// PageTitle names the page.
func (SettingsPage) PageTitle() string { return "Settings" }

func (SettingsPage) template() string { return "settings" }

// RepFormPage changes a rep, with the form made by RepForm.
type RepFormPage struct {
	Shell
	Name string
	Form Form
	// Toggle takes the rep's access away or gives it back; nil for oneself.
	Toggle *Action
	// Logins are where the rep is logged in; EndAll logs them out everywhere, nil where they are not.
	Logins []LoginRow
	EndAll *Action
	// Factors says which second factors they have, RemoveFactors takes them away; empty and nil where there are none.
	Factors       string
	RemoveFactors *Action
}

// PageTitle names the page.
func (p RepFormPage) PageTitle() string { return "Edit " + p.Name }

func (RepFormPage) template() string { return "rep_form" }

// SuppressionsPage lists the addresses that must not be mailed.
type SuppressionsPage struct {
	Shell
	// Form is the one made by SuppressionForm; nil where the rep may not add any.
	Form *Form
	// Filter is the one made by SuppressionsFilter; Filtered says that it narrows the list. Table leads to the same as CSV.
	Filter   Form
	Filtered bool
	Table    string
	// History leads to what befell the address that is searched for; empty where none is.
	History string
	Rows    []SuppressionRow
	Pager   Pager
}

// SuppressionRow is one address that must not be mailed.
type SuppressionRow struct {
	Email string
	// History leads to what befell the address.
	History string
	Reason  survey.SuppressionReason
	Note    string
	At      time.Time
	// Lift lets the address be mailed again; nil where the rep may not.
	Lift *Action
}

// PageTitle names the page.
func (SuppressionsPage) PageTitle() string { return "Suppressions" }

func (SuppressionsPage) template() string { return "suppressions" }

// SuppressionHistoryPage tells all that befell an address that must not be mailed, or was not to be once.
type SuppressionHistoryPage struct {
	Shell
	Email string
	// Listed says that it must not be mailed now.
	Listed bool
	// Rows are the changes of the list, the latest first.
	Rows []SuppressionEventRow
}

// SuppressionEventRow is one change of the list.
type SuppressionEventRow struct {
	At time.Time
	// Email is the line of the list: the address, or its domain.
	Email string
	// Lifted says that it was taken off; else Reason and Note say why it was put on.
	Lifted bool
	Reason survey.SuppressionReason
	Note   string
	// By says who did it, and leads to what they did it by.
	By Link
}

// PageTitle names the page.
func (p SuppressionHistoryPage) PageTitle() string { return "History of " + p.Email }

func (SuppressionHistoryPage) template() string { return "suppression_history" }
