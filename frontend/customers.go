package frontend

import (
	"time"

	"earshot/survey"
)

// CustomersPage lists customers.
type CustomersPage struct {
	Shell
	// Filter is the form made by CustomersFilter; Filtered says that something in it is set.
	Filter   Form
	Filtered bool
	Rows     []CustomerRow
	// Feeds are the feeds for which alarms are held, where the quiet are listed.
	Feeds []FeedNotice
	Pager Pager
	// New and Import lead to the ways to add customers; empty where the rep may not.
	New    string
	Import string
}

// CustomerRow is one row of the list.
type CustomerRow struct {
	Name         string
	URL          string
	Status       survey.Status
	Segment      string
	Rep          string
	ValuePerYear float64
	// LastAt is the latest sign of life; zero if there was none.
	LastAt time.Time
	// List is the list on which the customer stands; empty if on none. Gone and AtLeast are those of QuietCustomer.
	List    survey.List
	Gone    float64
	AtLeast bool
	// Held says that it would be one, but that data of a feed are missing.
	Held bool
	// Unreachable says that the mails to all who could be asked there come back.
	Unreachable bool
	// Score is the latest scored answer.
	Score Score
}

// PageTitle names the page.
func (CustomersPage) PageTitle() string { return "Customers" }

func (CustomersPage) template() string { return "customers" }

// CustomerFormPage adds or changes a customer, with the form made by CustomerForm.
type CustomerFormPage struct {
	Shell
	// Name is the customer's, or empty for a new one; Back leads to where the rep came from.
	Name string
	Back Link
	Form Form
	// Delete removes the customer; nil where it cannot be.
	Delete *Action
}

// PageTitle names the page.
func (p CustomerFormPage) PageTitle() string {
	if p.Name == "" {
		return "New customer"
	}
	return "Edit " + p.Name
}

func (CustomerFormPage) template() string { return "customer_form" }

// ContactFormPage adds or changes a contact, with the form made by ContactForm.
type ContactFormPage struct {
	Shell
	Customer Link
	// Name is the contact's, or empty for a new one.
	Name string
	// Unmailed is why the contact is not mailed as things stand; empty where they are. ByHand says that a rep may ask them all the same.
	Unmailed string
	ByHand   bool
	Form     Form
	// Invitations leads to the mails to the contact; empty for a new one.
	Invitations string
	Delete      *Action
}

// PageTitle names the page.
func (p ContactFormPage) PageTitle() string {
	if p.Name == "" {
		return "New contact at " + p.Customer.Text
	}
	return "Edit " + p.Name
}

func (ContactFormPage) template() string { return "contact_form" }
