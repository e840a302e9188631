package frontend

import (
	"time"

	"earshot/survey"
)

// ResponseRow is one response in a list.
type ResponseRow struct {
	URL      string
	Customer Link
	Contact  string
	Survey   string
	Segment  string
	Rep      string
	At       time.Time
	// Score is the response's first scored answer; Text its first words, cut to a line or two.
	Score Score
	Text  string
	// Suspect is why the response is not counted; empty if it is.
	Suspect string
	// GivenBy is who of ours was logged in where it was given; empty where a contact gave it.
	GivenBy string
}

// ResponsesPage lists responses: all of them, or those behind a bar or a point of a chart.
type ResponsesPage struct {
	Shell
	// Scope says in words which responses these are, e.g. "Answer 0 to 6 in March 2026"; may be empty.
	Scope string
	// Filter is the form made by FeedbackFilter; Back leads to the chart that was drilled into.
	Filter Form
	Back   Link
	Rows   []ResponseRow
	Pager  Pager
}

// PageTitle names the page.
func (ResponsesPage) PageTitle() string { return "Answers" }

func (ResponsesPage) template() string { return "responses" }

// ResponsePage is one response.
type ResponsePage struct {
	Shell
	Customer Link
	Contact  string
	Email    string
	Role     survey.Role
	Survey   Link
	Version  int
	Pulse    Link
	Rep      string
	Segment  string
	Language string
	At       time.Time
	Revised  time.Time
	AskedAt  time.Time
	// Invitation leads to the invitation that was answered; empty where it is gone.
	Invitation string
	Suspect    string
	// GivenBy is who of ours was logged in where it was given; empty where a contact gave it. CountedBy is who had it count all the same.
	GivenBy, CountedBy string
	CountedAt          time.Time
	// Judge has it count, or sets it aside again; nil where the rep may not.
	Judge   *Action
	Answers []GivenAnswer
}

// GivenAnswer is one question with what was answered.
type GivenAnswer struct {
	Question string
	Kind     survey.QuestionKind
	// Skipped says that there is no answer.
	Skipped bool
	Score   Score
	Choices []string
	Text    string
}

// PageTitle names the page.
func (p ResponsePage) PageTitle() string { return "Answer from " + p.Contact }

func (ResponsePage) template() string { return "response" }
