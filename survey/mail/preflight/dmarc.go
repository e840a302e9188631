package preflight

import (
	"context"
	"strings"

	"github.com/emersion/go-msgauth/dmarc"

	"earshot/survey"
)

// dmarc reads what the sender's domain asks receivers to do with mails that are not proven its own (RFC 7489), and whether ours can be.
func (r *run) dmarc(ctx context.Context) []survey.MailCheck {
	const name = "DMARC"
	if r.from == "" {
		return noSender(name)
	}
	record, at, err := r.policy(ctx)
	publish := survey.DNSRecord{Type: "TXT", Name: "_dmarc." + organisation(r.from), Text: "v=DMARC1; p=none; rua=mailto:dmarc@" + organisation(r.from)}
	switch {
	case err != nil && at == "":
		return append(silent(name, err), r.aligned(dmarc.AlignmentRelaxed, dmarc.AlignmentRelaxed, false)...)
	case err != nil:
		return one(name, survey.CheckFault, "The DMARC record at _dmarc."+at+" cannot be read: "+strings.TrimPrefix(err.Error(), "dmarc: ")+".", "Mend it.", publish)
	case record == nil:
		return append(one(name, survey.CheckWarning, organisation(r.from)+" has no DMARC record; Google, Yahoo and Microsoft want one of whoever sends much.",
			"Publish one that asks for nothing at first, and read the reports.", publish), r.aligned(dmarc.AlignmentRelaxed, dmarc.AlignmentRelaxed, false)...)
	}
	policy := record.Policy
	if at != r.from && record.SubdomainPolicy != "" {
		policy = record.SubdomainPolicy
	}
	asks := map[dmarc.Policy]string{
		dmarc.PolicyNone: "to let them pass", dmarc.PolicyQuarantine: "to put them into the spam folder", dmarc.PolicyReject: "to refuse them",
	}[policy]
	return append(one(name, survey.CheckOK, "The DMARC record of "+at+" asks of mails that are not proven yours "+asks+".", ""),
		r.aligned(record.DKIMAlignment, record.SPFAlignment, policy != dmarc.PolicyNone)...)
}

// policy returns the record and the domain at which it stands: the sender's, else its organisation's. Both are empty where there is none; an
// error without a domain is the DNS's, one with it the record's.
func (r *run) policy(ctx context.Context) (record *dmarc.Record, at string, err error) {
	for _, domain := range []string{r.from, organisation(r.from)} {
		texts, err := r.texts(ctx, "_dmarc."+domain)
		if err != nil {
			return nil, "", err
		}
		for _, text := range texts {
			if strings.HasPrefix(text, "v=DMARC1") {
				record, err = dmarc.Parse(text)
				return record, domain, err
			}
		}
	}
	return nil, "", nil
}

// aligned says whether SPF or DKIM can prove the address that readers see: the domains must be the same, or of one organisation.
func (r *run) aligned(byDKIM, bySPF dmarc.AlignmentMode, strictly bool) []survey.MailCheck {
	const name = "Alignment"
	fits := func(domain string, mode dmarc.AlignmentMode) bool {
		return domain == r.from || mode != dmarc.AlignmentStrict && organisation(domain) == organisation(r.from)
	}
	spf, dkim := fits(r.envelope, bySPF), false
	for _, key := range r.Keys {
		dkim = dkim || fits(strings.ToLower(strings.Trim(key.Domain, ".")), byDKIM)
	}
	switch {
	case spf && dkim:
		return one(name, survey.CheckOK, "SPF and DKIM are both about "+r.from+", which readers see.", "")
	case dkim:
		return one(name, survey.CheckOK, "DKIM is about "+r.from+", which readers see; SPF is about "+r.envelope+".", "")
	case spf && len(r.Keys) == 0:
		return one(name, survey.CheckWarning, "Of what can be seen from here only SPF is about "+r.from+", and that ends where a mail is forwarded.",
			"Have mails signed (DKIM), here or at the mail server.")
	case spf:
		return one(name, survey.CheckWarning, "Only SPF is about "+r.from+", and that ends where a mail is forwarded; the domain that signs does not count.",
			"Let -dkim-domain be "+r.from+".")
	}
	state := survey.CheckWarning
	if strictly {
		state = survey.CheckFault
	}
	return one(name, state, "Nothing that can be seen from here proves that mails are from "+r.from+": the envelope's domain is "+r.envelope+".",
		"Sign mails for "+r.from+", or let -return-path be at "+organisation(r.from)+" or below it.")
}
