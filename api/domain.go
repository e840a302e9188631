package api

import (
	"context"
	"io"
	"iter"
	"time"

	"earshot/survey"
	"earshot/survey/inbound"
	"earshot/survey/outbox"
)

// domain is what the pages and operations need of package survey, by what they are about: each handler names what it uses.
type domain struct {
	here        installation
	customers   customerBook
	contacts    contactBook
	touchpoints touchpointBook
	bulk        bulkWriter
	directory   directory
	silences    watcher
	feeds       feedKeeper
	surveys     questionnaires
	pulses      scheduler
	asks        asker
	ledger      ledger
	answers     answerer
	responses   responseReader
	mails       mailKeeper
	look        lookKeeper
	uploads     uploader
	imports     importer
	effects     effectKeeper
}

// newDomain lets one service be all of it.
func newDomain(s *survey.Service) domain {
	return domain{
		here: s, customers: s, contacts: s, touchpoints: s, bulk: s, directory: s, silences: s, feeds: s, surveys: s, pulses: s,
		asks: s, ledger: s, answers: s, responses: s, mails: s, look: s, uploads: s, imports: s, effects: s,
	}
}

// installation is what holds of the whole installation.
type installation interface {
	BaseURL() string
	Company() string
	Language() string
	TimeZone() *time.Location
	WorkingDays() string
	Now() time.Time
	Sends() bool
	Ping(ctx context.Context) error
}

// customerBook keeps the companies. Errors are NotFound, Invalid, and Conflict for another version or a key that is taken.
type customerBook interface {
	Customers(ctx context.Context, f survey.CustomerFilter) (survey.Page[*survey.Customer], error)
	CustomerLines(ctx context.Context, f survey.CustomerFilter) (survey.Page[survey.CustomerLine], error)
	Customer(ctx context.Context, id survey.CustomerID) (*survey.Customer, error)
	CustomerByExternalID(ctx context.Context, externalID string) (*survey.Customer, error)
	CustomerOverview(ctx context.Context, id survey.CustomerID, size survey.OverviewSize) (*survey.CustomerOverview, error)
	CreateCustomer(ctx context.Context, in survey.CustomerFields) (*survey.Customer, error)
	ChangeCustomer(ctx context.Context, id survey.CustomerID, expected int64, in survey.CustomerFields) (*survey.Customer, error)
	DeleteCustomer(ctx context.Context, id survey.CustomerID, expected int64) error
}

// contactBook keeps the people there, with the same errors.
type contactBook interface {
	Contacts(ctx context.Context, f survey.ContactFilter) (survey.Page[*survey.Contact], error)
	Contact(ctx context.Context, id survey.ContactID) (*survey.Contact, error)
	Mailable(ctx context.Context, c *survey.Contact) (*survey.Mailable, error)
	Suppressed(ctx context.Context, contacts ...*survey.Contact) (map[survey.ContactID]*survey.Suppression, error)
	ContactByExternalID(ctx context.Context, externalID string) (*survey.Contact, error)
	CreateContact(ctx context.Context, in survey.ContactInput) (*survey.Contact, error)
	ChangeContact(ctx context.Context, id survey.ContactID, expected int64, in survey.ContactFields) (*survey.Contact, error)
	DeleteContact(ctx context.Context, id survey.ContactID, expected int64) error
}

// touchpointBook keeps the signs of life, with the same errors.
type touchpointBook interface {
	Touchpoints(ctx context.Context, f survey.TouchpointFilter) (survey.Page[*survey.Touchpoint], error)
	Touchpoint(ctx context.Context, id survey.TouchpointID) (*survey.Touchpoint, error)
	RecordTouchpoint(ctx context.Context, in survey.TouchpointInput) (*survey.Touchpoint, error)
	ChangeTouchpoint(ctx context.Context, id survey.TouchpointID, expected int64, in survey.TouchpointFields) (*survey.Touchpoint, error)
	DeleteTouchpoint(ctx context.Context, id survey.TouchpointID, expected int64) error
	Timeline(ctx context.Context, id survey.CustomerID, after survey.Cursor, limit int) (survey.Page[survey.TimelineItem], error)
}

// bulkWriter writes many records, each judged alone.
type bulkWriter interface {
	PutCustomers(ctx context.Context, rows []survey.CustomerFields) []survey.RowResult
	PutContacts(ctx context.Context, rows []survey.ContactInput) []survey.RowResult
	// PutCustomerAt and PutContactAt write one, if it is still as the caller read it; see there for the errors.
	PutCustomerAt(ctx context.Context, version int64, in survey.CustomerFields) (*survey.Customer, error)
	PutContactAt(ctx context.Context, version int64, in survey.ContactInput) (*survey.Contact, error)
	PutTouchpoints(ctx context.Context, rows []survey.TouchpointInput) []survey.RowResult
}

// directory is what pages need to name things and to offer choices.
type directory interface {
	Names(ctx context.Context, customers []survey.CustomerID, contacts []survey.ContactID) (survey.Names, error)
	Choices(ctx context.Context) (*survey.Choices, error)
	Segments(ctx context.Context) ([]string, error)
	SegmentsWithin(ctx context.Context, within *survey.Reach) ([]string, error)
	HasSegment(ctx context.Context, segment string) (bool, error)
	SurveysAndPulses(ctx context.Context) ([]*survey.Survey, []*survey.Pulse, error)
	FirstRecords(ctx context.Context) (survey.Records, error)
}

// watcher tells who has gone quiet. Errors are NotFound and Invalid.
type watcher interface {
	Today(ctx context.Context, in survey.TodayRequest) (*survey.Today, error)
	QuietCustomers(ctx context.Context, f survey.QuietFilter) (survey.Page[survey.QuietCustomer], error)
	QuietLines(ctx context.Context, f survey.QuietFilter) (*survey.QuietLines, error)
	Rhythm(ctx context.Context, id survey.CustomerID) (*survey.RhythmDetails, error)
	Snooze(ctx context.Context, id survey.CustomerID, until time.Time) error
	Capacity(ctx context.Context, kind survey.TouchpointKind) (*survey.Capacity, error)
	ChooseCapacity(ctx context.Context, kind survey.TouchpointKind, perWeek float64) error
	Alarms(ctx context.Context, f survey.AlarmsFilter) (survey.Page[*survey.Alarm], error)
	AlarmReport(ctx context.Context, f survey.AlarmFilter) (*survey.AlarmReport, error)
	AlarmWatch(ctx context.Context) (*survey.AlarmWatch, error)
}

// feedKeeper tells how the feeds of touchpoints are. Errors are NotFound, Invalid and Conflict.
type feedKeeper interface {
	Feeds(ctx context.Context) ([]survey.FeedStatus, error)
	FeedNotices(ctx context.Context) ([]survey.FeedStatus, error)
	Feed(ctx context.Context, id string) (*survey.FeedStatus, error)
	AcceptFeed(ctx context.Context, id string) (*survey.FeedStatus, error)
	EndFeed(ctx context.Context, id string) (*survey.FeedStatus, error)
	PauseFeed(ctx context.Context, id string, from, to time.Time) (*survey.FeedStatus, error)
}

// questionnaires keeps the surveys and their versions. Errors are NotFound, Invalid and Conflict.
type questionnaires interface {
	Surveys(ctx context.Context, after survey.Cursor, limit int) (survey.Page[*survey.Survey], error)
	Survey(ctx context.Context, id survey.SurveyID) (*survey.Survey, error)
	SurveyVersion(ctx context.Context, id survey.SurveyID, number int) (*survey.SurveyVersion, error)
	SurveyVersionMadeAt(ctx context.Context, id survey.SurveyID, number int) (time.Time, error)
	CreateSurvey(ctx context.Context, in survey.SurveyInput) (*survey.Survey, error)
	ChangeSurvey(ctx context.Context, id survey.SurveyID, in survey.SurveyInput) (*survey.Survey, error)
	CloseSurvey(ctx context.Context, id survey.SurveyID) (*survey.Survey, error)
	ReopenSurvey(ctx context.Context, id survey.SurveyID) (*survey.Survey, error)
}

// scheduler keeps the pulses. Errors are NotFound, Invalid and Conflict.
type scheduler interface {
	Pulses(ctx context.Context, after survey.Cursor, limit int) (survey.Page[*survey.Pulse], error)
	Pulse(ctx context.Context, id survey.PulseID) (*survey.Pulse, error)
	PulseOverview(ctx context.Context, id survey.PulseID, size survey.PulseOverviewSize) (*survey.PulseOverview, error)
	CreatePulse(ctx context.Context, in survey.PulseInput) (*survey.Pulse, error)
	ChangePulse(ctx context.Context, id survey.PulseID, in survey.PulseInput) (*survey.Pulse, error)
	PausePulse(ctx context.Context, id survey.PulseID) (*survey.Pulse, error)
	ResumePulse(ctx context.Context, id survey.PulseID) (*survey.Pulse, error)
	DeletePulse(ctx context.Context, id survey.PulseID, expected int64) error
	Forecast(ctx context.Context, days int) (*survey.Forecast, error)
}

// asker asks, and keeps the invitations. Errors are NotFound, Invalid, Conflict and NeedsConfirmation.
type asker interface {
	AskNow(ctx context.Context, r survey.AskRequest) (*survey.Asked, error)
	RunPulseNow(ctx context.Context, id survey.PulseID, by survey.RepID) (*survey.Pulse, error)
	Invitations(ctx context.Context, f survey.InvitationFilter) (survey.Page[*survey.Invitation], error)
	Invitation(ctx context.Context, id survey.InvitationID) (*survey.Invitation, error)
	RevokeInvitation(ctx context.Context, id survey.InvitationID) (*survey.Invitation, error)
	ResolveUncertain(ctx context.Context, id survey.InvitationID, resend bool, by survey.RepID) (*survey.Invitation, error)
	LinksFor(ctx context.Context, name string, rep survey.RepID) (bool, error)
	CustomersAsked(ctx context.Context, ids []survey.InvitationID) (map[survey.InvitationID]survey.CustomerID, error)
	NewLink(ctx context.Context, id survey.InvitationID) (string, error)
}

// ledger is the send ledger: where the mail of each invitation stands, with the same errors.
type ledger interface {
	EachInvitation(ctx context.Context, f survey.InvitationFilter) iter.Seq2[*survey.Invitation, error]
	CountInvitations(ctx context.Context, f survey.InvitationFilter) (*survey.InvitationCounts, error)
	InvitationOverview(ctx context.Context, id survey.InvitationID) (*survey.InvitationOverview, error)
	ResolveAllUncertain(ctx context.Context, which survey.UncertainMails, resend bool, by survey.RepID) (*survey.Resolved, error)
	WithholdQueued(ctx context.Context, which survey.Queued, by survey.RepID) (int, error)
	AskLog(ctx context.Context, id survey.CustomerID) (*survey.AskLog, error)
	PulseHolds(ctx context.Context, id survey.PulseID, after survey.Cursor, limit int) (survey.Page[survey.HeldCustomer], error)
}

// answerer is what a link opens. Errors are NotFound, Invalid and Gone.
type answerer interface {
	Open(ctx context.Context, token string) (*survey.Form, error)
	Submit(ctx context.Context, token string, in survey.Submission) (*survey.Receipt, error)
	SubmitByAPI(ctx context.Context, token string, answers []survey.Answer, in survey.Submission) (*survey.Receipt, error)
	Decline(ctx context.Context, token string, successor survey.Successor) error
	DeclineByForm(ctx context.Context, token string, successor survey.Successor, traces survey.Traces) error
	Unsubscribe(ctx context.Context, token string) error
	UnsubscribeByForm(ctx context.Context, token string, traces survey.Traces) error
}

// responseReader reads what was answered, and decides whether it counts. Errors are NotFound and Conflict.
type responseReader interface {
	Responses(ctx context.Context, f survey.ResponseFilter) (survey.Page[*survey.Response], error)
	ResponsesChanged(ctx context.Context, since time.Time, after survey.Cursor, limit int) (survey.Page[*survey.Response], error)
	Response(ctx context.Context, id survey.ResponseID) (*survey.Response, error)
	CountResponse(ctx context.Context, id survey.ResponseID, by survey.RepID) (*survey.Response, error)
	SetAsideAgain(ctx context.Context, id survey.ResponseID) (*survey.Response, error)
}

// mailKeeper keeps the mails that were not sent, and who must not be mailed, and tells how the mail server is.
type mailKeeper interface {
	MailStatus(ctx context.Context) (*survey.MailStatus, error)
	TryRelays(ctx context.Context) (*survey.MailStatus, error)
	BrakeStatus(ctx context.Context) (*survey.BrakeStatus, error)
	ReleaseBrake(ctx context.Context, by survey.RepID) (*survey.BrakeStatus, error)
	MailboxStatus(ctx context.Context) (*survey.Mailbox, error)
	SendSample(ctx context.Context, r survey.SampleRequest) (*survey.Outcome, error)
	SampleMessage(ctx context.Context, r survey.SampleRequest) (*survey.Message, error)
	KeptMails(ctx context.Context, after survey.Cursor, limit int) (survey.Page[*survey.KeptMail], error)
	KeptMail(ctx context.Context, name string) (*survey.KeptMail, error)
	Receive(ctx context.Context, recipient string, content io.Reader) (*survey.ReceivedMail, error)
	ReceivedMails(ctx context.Context, f survey.ReceivedFilter) (survey.Page[*survey.ReceivedMail], error)
	ReceiveNotices(ctx context.Context, service string, notices []inbound.Mail) (int, error)
	Suppressions(ctx context.Context, f survey.SuppressionFilter) (survey.Page[*survey.Suppression], error)
	EachSuppression(ctx context.Context, f survey.SuppressionFilter) iter.Seq2[*survey.Suppression, error]
	Suppression(ctx context.Context, email string) (*survey.Suppression, error)
	Suppress(ctx context.Context, in survey.SuppressionInput) (*survey.Suppression, error)
	Unsuppress(ctx context.Context, email string, confirm bool, by survey.SuppressedBy) error
	SuppressionHistory(ctx context.Context, email string) ([]*survey.Suppression, error)
}

// lookKeeper keeps how mails and the page to answer on look. Errors are Invalid, Conflict for another version, and NotFound for a logo.
type lookKeeper interface {
	Look(ctx context.Context) (*survey.Look, error)
	LookInForce(ctx context.Context) *survey.Look
	ChangeLook(ctx context.Context, in survey.LookInput) (*survey.Look, error)
	Logo(ctx context.Context, name string) (*survey.Logo, error)
}

// uploader takes in files. Errors are NotFound, Invalid and TooLarge.
type uploader interface {
	Upload(ctx context.Context, r survey.ImportRequest) (*survey.Import, error)
	Uploaded(ctx context.Context, id string, by survey.RepID) (*survey.Import, error)
	PreviewUpload(ctx context.Context, upload *survey.Import, o survey.ImportOptions) (*survey.ImportPreview, error)
	PreviewImport(ctx context.Context, r survey.ImportRequest) (*survey.ImportPreview, error)
	DropUpload(ctx context.Context, upload *survey.Import) error
}

// importer takes in the rows of files, as jobs. Errors are NotFound, Invalid and Conflict.
type importer interface {
	Imports(ctx context.Context, after survey.Cursor, limit int) (survey.Page[*survey.Import], error)
	Import(ctx context.Context, id string) (*survey.Import, error)
	StartImport(ctx context.Context, upload *survey.Import, o survey.ImportOptions) (*survey.Import, error)
	CancelImport(ctx context.Context, id string) (*survey.Import, error)
	WriteRefused(ctx context.Context, id string, w io.Writer) error
}

// effectKeeper tells what is owed, and starts again what was given up.
type effectKeeper interface {
	Effects() *outbox.Runner
	Backlogs(ctx context.Context) ([]survey.Backlog, error)
	DeadLetters(ctx context.Context, f survey.DeadLetterFilter) (survey.Page[*survey.DeadLetter], error)
	RestartDeadLetter(ctx context.Context, collection, effect, document string) error
	RestartDeadLetters(ctx context.Context, collection, effect string) (int, error)
}
