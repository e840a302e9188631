package preflight

import (
	"context"
	"strings"
	"sync"

	"earshot/survey"
	"earshot/survey/mail"
)

// dkim looks for the records of the keys that sign (RFC 6376).
func (r *run) dkim(ctx context.Context) []survey.MailCheck {
	const name = "DKIM"
	if len(r.Keys) == 0 {
		return one(name, survey.CheckUnknown, "Earshot does not sign; whether your mail server does cannot be seen from here.",
			"If it does not, make keys: earshot dkim -new.")
	}
	states := make([]mail.KeyState, len(r.Keys))
	var all sync.WaitGroup
	for i, key := range r.Keys {
		all.Go(func() { states[i] = key.State(ctx, r.DNS.LookupTXT) })
	}
	all.Wait()
	return r.keys(name, states)
}

// keys judges them together: one that is published is enough, the others may be new or old.
func (r *run) keys(name string, states []mail.KeyState) []survey.MailCheck {
	var published, missing, unknown, why []string
	var publish []survey.DNSRecord
	for i, key := range r.Keys {
		record, text := key.Record()
		switch states[i].Published {
		case mail.KeyPublished:
			published = append(published, record)
		case mail.KeyUnknown:
			unknown, why = append(unknown, record), append(why, states[i].Found)
		default:
			missing = append(missing, record)
			publish = append(publish, survey.DNSRecord{Type: "TXT", Name: record, Text: text})
		}
	}
	list := func(l []string) string { return strings.Join(l, ", ") }
	switch {
	case len(missing) > 0 && len(published) > 0:
		return one(name, survey.CheckWarning, "Mails are signed by "+list(published)+"; of "+list(missing)+" the record is missing, or holds another key.",
			"Publish it, or leave the key out.", publish...)
	case len(missing) > 0 && len(unknown) == 0:
		return one(name, survey.CheckFault, "The record of "+list(missing)+" is missing, or holds another key: nobody can verify what is signed.", "Publish it.", publish...)
	case len(unknown) > 0:
		return one(name, survey.CheckUnknown, "Whether "+list(unknown)+" is published is not known: "+why[0]+".", "", publish...)
	}
	return one(name, survey.CheckOK, "Mails are signed, and receivers find the keys: "+list(published)+".", "")
}
