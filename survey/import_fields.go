package survey

import "earshot/survey/table"

// ImportField is one field that a column of a file can hold.
type ImportField struct {
	Name string
	// Required says that a file without such a column cannot be imported.
	Required bool
	// About says in a few words what the field is.
	About string
	// headings are the words that columns of this field are headed with, folded by headingKey; likelier ones first. late are those that mean
	// other fields before this one.
	headings []string
	late     []string
	// instead are fields that may stand in place of a required one.
	instead []string
}

// Alone says that nothing else can stand in place of the field.
func (f ImportField) Alone() bool { return f.Required && len(f.instead) == 0 }

// ImportEncodings lists the encodings that can be chosen for a file.
func ImportEncodings() []string { return table.Encodings() }

// The names of the fields of a file.
const (
	fieldExternalID         = "external_id"
	fieldName               = "name"
	fieldStatus             = "status"
	fieldSegment            = "segment"
	fieldRep                = "rep"
	fieldValuePerYear       = "value_per_year"
	fieldPausedFrom         = "paused_from"
	fieldPausedUntil        = "paused_until"
	fieldPausedBy           = "paused_by"
	fieldRenewsOn           = "renews_on"
	fieldCustomerExternalID = "customer_external_id"
	fieldContactExternalID  = "contact_external_id"
	fieldEmail              = "email"
	fieldRole               = "role"
	fieldLanguage           = "language"
	fieldTimeZone           = "time_zone"
	fieldCountry            = "country"
	fieldKind               = "kind"
	fieldAt                 = "at"
	fieldValue              = "value"
	fieldNote               = "note"
	fieldReason             = "reason"
	fieldDate               = "date"
	fieldUnsubscribed       = "unsubscribed"
	fieldBounced            = "bounced"
	fieldComplained         = "complained"
	fieldCustomerName       = "customer_name"
	fieldContactEmail       = "contact_email"
	fieldFirstName          = "first_name"
	fieldLastName           = "last_name"
	fieldPhone              = "phone"
	fieldMailStatus         = "mail_status"
	fieldConsent            = "mail_consent"
	fieldOutcome            = "outcome"
	fieldCancelled          = "cancelled"
	fieldRefunded           = "refunded"
	fieldCaptured           = "captured"
	fieldTest               = "test"
)

// ImportFields lists the fields that a column of a file of that kind can hold.
func ImportFields(k ImportKind) []ImportField {
	switch k {
	case ImportCustomers:
		return customerFields()
	case ImportContacts:
		return contactFields()
	case ImportTouchpoints:
		return touchpointFields()
	case ImportSuppressions:
		return suppressionFields()
	}
	return nil
}
