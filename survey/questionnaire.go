package survey

import (
	"strconv"
	"time"

	"earshot/survey/store"
)

// SurveyStatus is whether a survey may be sent and answered.
type SurveyStatus string

// The statuses of a survey.
const (
	Open   SurveyStatus = "open"
	Closed SurveyStatus = "closed" // takes no answers and is not sent
)

// Survey is a questionnaire. What it asks stands in its versions, which never change; Current is the one that new
// invitations get.
type Survey struct {
	store.Meta `json:",inline"`
	Name       string        `json:"name" validate:"required,max=200,printable"`
	Status     SurveyStatus  `json:"status" validate:"required,oneof=open closed"`
	Current    SurveyVersion `json:"current"`
	// QuestionKinds are the kinds of all questions that any version ever had, by their ids: an id keeps its kind for good,
	// so that answers of all versions can be put together.
	QuestionKinds map[string]QuestionKind `json:"question_kinds,omitempty"`
	// Reminders are the mails to those who have not answered, in their order. They belong to no version: a change holds for all that are to come.
	Reminders []Reminder `json:"reminders,omitempty" validate:"max=2,dive"`
	// Mail is what the mails say in the company's own words.
	Mail MailWording `json:"mail,omitzero"`
	// Template names the built-in template that the survey was made from; empty if none.
	Template  string    `json:"template,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// SurveyVersion is what a respondent is shown in one version of a survey.
type SurveyVersion struct {
	// Number counts the versions of the survey from 1.
	Number int `json:"number"`
	// Title heads the page; Intro stands in the mail and above the questions; Thanks is shown at the end.
	Title  Text `json:"title" validate:"required,min=1,dive,keys,bcp47_language_tag,endkeys,required,max=200,printable"`
	Intro  Text `json:"intro,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=2000,prose"`
	Thanks Text `json:"thanks,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=500,prose"`
	// Subject is the mail's subject; empty means Title.
	Subject   Text       `json:"subject,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=150,printable"`
	Questions []Question `json:"questions" validate:"required,min=1,max=20,dive"`
}

// storedVersion keeps a SurveyVersion for good: an answer always belongs to the version that was shown. Its id is
// VersionID(survey, number).
type storedVersion struct {
	store.Meta `json:",inline"`
	SurveyID   SurveyID      `json:"survey_id"`
	Content    SurveyVersion `json:"edition"` // as stores have called it from the start
	CreatedAt  time.Time     `json:"created_at"`
}

// VersionID returns the id of the stored version with that number.
func VersionID(id SurveyID, number int) string { return string(id) + "." + strconv.Itoa(number) }

// surveysByName is the index over surveys in the order of their names.
const surveysByName = "by_name"

var surveySpec = &store.Spec{
	Name:    "surveys",
	New:     func() store.Doc { return new(Survey) },
	Indexes: []store.Index{{Name: surveysByName, Fields: []string{"name"}}},
}

var surveyVersionSpec = &store.Spec{
	Name: "survey_versions",
	New:  func() store.Doc { return new(storedVersion) },
}
