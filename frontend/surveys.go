package frontend

import (
	"time"

	"earshot/survey"
)

// SurveysPage lists the surveys and offers the built-in templates.
type SurveysPage struct {
	Shell
	Rows []SurveyRow
	// Templates make a survey from a built-in template; New leads to an empty one; both empty where the rep may not.
	Templates []SurveyTemplate
	New       string
}

// SurveyRow is one survey in the list.
type SurveyRow struct {
	Name      string
	URL       string
	Status    survey.SurveyStatus
	Version   int
	Questions int
	// Pulses are the names of the pulses that send it.
	Pulses    []string
	UpdatedAt time.Time
}

// SurveyTemplate is a built-in questionnaire.
type SurveyTemplate struct {
	Name string
	Text string
	// Questions and Languages describe it.
	Questions int
	Languages []string
	Use       Action
}

// PageTitle names the page.
func (SurveysPage) PageTitle() string { return "Surveys" }

func (SurveysPage) template() string { return "surveys" }

// SurveyPage is one survey with the questions of one version.
type SurveyPage struct {
	Shell
	Name    string
	Status  survey.SurveyStatus
	Version survey.SurveyVersion
	// Versions switch between the versions by number, newest first; Current is the one that new invitations get.
	Versions []Tab
	Current  int
	MadeAt   time.Time
	// Language is the tag of the wording that is shown; Views switch it, each
	// with a tag or a name as its text.
	Language string
	Views    []Tab
	// Preview leads to the page as a contact sees it; Mails to how its mails look; Results to the feedback on it; Edit to the form; empty where not.
	Preview string
	Mails   string
	Results string
	Edit    string
	// Reminders are the mails to those who have not answered.
	Reminders []survey.Reminder
	// Toggle closes or reopens it; nil where the rep may not.
	Toggle *Action
	Pulses []Link
}

// PageTitle names the page.
func (p SurveyPage) PageTitle() string { return p.Name }

func (SurveyPage) template() string { return "survey" }

// SurveyFormPage edits a survey. Its form works without script: buttons add, move and remove questions by sending the form
// to Action, which reads it with ParseSurveyDraft.
type SurveyFormPage struct {
	Shell
	// New says that the survey does not exist yet; Back leads away without saving.
	New    bool
	Action string
	Back   Link
	Draft  SurveyDraft
	// Errors are the problems by field name of the form; Problem is the one of the whole.
	Errors  map[string]string
	Problem string
}

// Error is what is wrong with the field of that name; empty if nothing.
func (p SurveyFormPage) Error(name string) string { return p.Errors[name] }

// PageTitle names the page.
func (p SurveyFormPage) PageTitle() string {
	if p.New {
		return "New survey"
	}
	return "Edit " + p.Draft.Name
}

func (SurveyFormPage) template() string { return "survey_form" }
