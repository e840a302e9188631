package frontend

import (
	"net/url"
	"strconv"
	"strings"

	"earshot/survey"
)

// Names of form fields on the page for contacts.
const (
	// FieldTrap is left empty by people; programs that fill in everything fill it in.
	FieldTrap = "homepage"
	// FieldRenderedAt carries AnswerPage.RenderedAt back.
	FieldRenderedAt = "rendered_at"
	// FieldSuccessorName and FieldSuccessorEmail name who should be asked instead; both may be empty.
	FieldSuccessorName  = "successor_name"
	FieldSuccessorEmail = "successor_email"
)

// FieldName is the name of a question's form field. A scored question's value is the number; a single or multiple
// question's values are the ids of the choices.
func FieldName(questionID string) string { return fieldPrefix + questionID }

// fieldPrefix keeps the fields of questions apart from the page's own.
const fieldPrefix = "q_"

// Typed returns what a form of an AnswerPage sent, by question id.
func Typed(form url.Values) map[string][]string {
	typed := make(map[string][]string, len(form))
	for name, values := range form {
		if id, ok := strings.CutPrefix(name, fieldPrefix); ok {
			typed[id] = values
		}
	}
	return typed
}

// Given returns answers that are stored already as the Values of an AnswerPage.
func Given(answers []survey.Answer) url.Values {
	values := make(url.Values, len(answers))
	for _, a := range answers {
		name := FieldName(a.QuestionID)
		switch {
		case a.Score != nil:
			values.Set(name, strconv.Itoa(*a.Score))
		case len(a.Choices) > 0:
			values[name] = a.Choices
		default:
			values.Set(name, a.Text)
		}
	}
	return values
}

// AnswerPage is the one page that a contact answers on: a single document, in their language, without script.
type AnswerPage struct {
	// SurveyID and Version are what is asked. A version with number 0 is a draft and is not kept in memory.
	SurveyID survey.SurveyID
	Version  *survey.SurveyVersion
	// Language is the contact's, a BCP 47 tag.
	Language string
	// Action takes the answers, Decline takes "I am not the right person" (both POST); Unsubscribe leads to that page.
	// Empty Decline and Unsubscribe leave those out.
	Action      string
	Decline     string
	Unsubscribe string
	ContactName string
	// RepName is who asks; empty is the company alone.
	RepName string
	// RenderedAt is sent back in FieldRenderedAt, so that impossible speed can be told.
	RenderedAt string
	// Values are what stands in the fields, by FieldName: the score tapped in the mail, earlier answers, or what was typed.
	Values url.Values
	// Problems are what is wrong with single answers, Trouble what kept all of them from being stored.
	Problems []AnswerProblem
	Trouble  Trouble
	// Answered says that the answers were given already and are being changed.
	Answered bool
	// Preview shows the page to a rep: nothing can be sent.
	Preview bool
}

// AnswerProblem is what is wrong with the answer to one question.
type AnswerProblem struct {
	QuestionID string
	Code       ProblemCode
}

// ProblemCode says what is wrong with an answer; the page says it in the contact's language.
type ProblemCode string

// The problems of an answer: the domain's codes.
const (
	ProblemRequired   ProblemCode = "required"    // it must be answered
	ProblemTooLong    ProblemCode = "too_long"    // more characters than allowed
	ProblemNotOffered ProblemCode = "not_offered" // not one of the choices, or not on the scale
	ProblemUnreadable ProblemCode = "unreadable"  // not text, or of the wrong kind
)

// Trouble is why answers could not be stored though nothing is wrong with them.
type Trouble string

// The troubles.
const (
	NoTrouble        Trouble = ""
	TroubleTryAgain  Trouble = "try_again"  // the store cannot be reached: send it again in a moment
	TroubleSuccessor Trouble = "successor"  // the successor's address is not an e-mail address
	TroubleUnclear   Trouble = "unreadable" // the form came in broken
	TroubleConfirm   Trouble = "confirm"    // it may have been a machine: press once more
)

// PageTitle names the page.
func (p *AnswerPage) PageTitle() string { return p.Version.Title.In(p.Language) }

func (*AnswerPage) template() string { return "answer" }

func (p *AnswerPage) language() string { return p.Language }

// ThanksPage is shown when the answers are stored.
type ThanksPage struct {
	Language string
	// Thanks is the survey's own wording; empty shows the usual one.
	Thanks  string
	RepName string
	// Change leads back to the answers while they may be changed; empty leaves it out.
	Change string
}

// PageTitle names the page.
func (*ThanksPage) PageTitle() string { return "Thank you" }

func (*ThanksPage) template() string { return "thanks" }

func (p *ThanksPage) language() string { return p.Language }

// DeclinedPage is shown after "I am not the right person".
type DeclinedPage struct {
	Language string
	RepName  string
	// Successor is who was named; empty if nobody was.
	Successor string
}

// PageTitle names the page.
func (*DeclinedPage) PageTitle() string { return "Thank you" }

func (*DeclinedPage) template() string { return "declined" }

func (p *DeclinedPage) language() string { return p.Language }

// UnsubscribePage asks whether somebody wants no more mail, or confirms it. Opening it changes nothing.
type UnsubscribePage struct {
	Language string
	// Email is the address in question; empty leaves it out.
	Email string
	// Action takes the POST.
	Action string
	Done   bool
	// Trouble says that it could not be stored, or has to be confirmed.
	Trouble Trouble
	// RenderedAt is sent back in FieldRenderedAt, as that of AnswerPage.
	RenderedAt string
}

// PageTitle names the page.
func (*UnsubscribePage) PageTitle() string { return "Unsubscribe" }

func (*UnsubscribePage) template() string { return "unsubscribe" }

func (p *UnsubscribePage) language() string { return p.Language }

// LinkProblemPage says why a link cannot be used.
type LinkProblemPage struct {
	Language string
	Problem  LinkProblem
	RepName  string
	// Again takes what was sent, Values, once more: of a form that came while nothing could be stored or looked up. Empty
	// where nothing was sent.
	Again  string
	Values url.Values
}

// LinkProblem is why a link cannot be used.
type LinkProblem string

// The problems of a link.
const (
	LinkUnknown  LinkProblem = "unknown"   // tampered with, cut off, or never given out
	LinkExpired  LinkProblem = "expired"   // its time is over
	LinkClosed   LinkProblem = "closed"    // the survey takes no more answers
	LinkRevoked  LinkProblem = "revoked"   // it was taken back
	LinkDeclined LinkProblem = "declined"  // the contact said that they are not the right person
	LinkTryLater LinkProblem = "try_later" // the store cannot be reached, or too many tries
)

// PageTitle names the page.
func (*LinkProblemPage) PageTitle() string { return "This link" }

func (*LinkProblemPage) template() string { return "link_problem" }

func (p *LinkProblemPage) language() string { return p.Language }
