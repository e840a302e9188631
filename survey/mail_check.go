package survey

// MailCheck is one thing that must be right for mails to arrive, and how it was found.
type MailCheck struct {
	// Name is what was looked at: "SPF", "Certificate of the mail server".
	Name  string
	State CheckState
	// Found says what was found, in one sentence.
	Found string
	// Do says what to do about it; empty where nothing is to be done.
	Do string
	// Publish are the DNS records that mend it; none where no record does.
	Publish []DNSRecord
}

// CheckState is how something was found.
type CheckState string

// The states of a check.
const (
	CheckOK      CheckState = "ok"
	CheckWarning CheckState = "warning" // mails arrive, but not everywhere, or not for long
	CheckFault   CheckState = "fault"   // mails do not arrive, or pass for forged
	CheckUnknown CheckState = "unknown" // it could not be found out
)

// DNSRecord is a record as it stands in the DNS.
type DNSRecord struct {
	// Type is TXT, MX or PTR.
	Type string
	// Name is the record's name without a dot at the end, Text its content.
	Name, Text string
}
