package frontend

import (
	"earshot/survey"
)

// SurveyDraft is a survey while it is edited: the state of the form on SurveyFormPage.
type SurveyDraft struct {
	Name string
	// Languages are the tags in which every text is worded, the main one first.
	Languages []string
	Title     survey.Text
	Intro     survey.Text
	Thanks    survey.Text
	Subject   survey.Text
	Questions []QuestionDraft
}

// QuestionDraft is a question while it is edited.
type QuestionDraft struct {
	// ID stays with the question over versions; empty for a new one.
	ID       string
	Kind     survey.QuestionKind
	Text     survey.Text
	Help     survey.Text
	Required bool
	// Choices are the choices in each language, one a line.
	Choices survey.Text
	// Before are the choices as they were stored, so that a choice that stays keeps its id.
	Before []survey.Choice
	// MaxLength bounds an answer in words; 0 is the usual bound.
	MaxLength int
}
