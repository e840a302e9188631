package mail_test

import (
	"context"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// realReplies are what servers and services say, as their documentation and people's logs quote them.
var realReplies = []struct {
	name   string
	script []string
	want   survey.Delivery
	bad    bool
	fault  survey.Fault
}{
	// Postfix
	{"Postfix relay", at("RCPT", "S: 554 5.7.1 <kim@customer.example>: Relay access denied"), survey.Temporary, false, survey.FaultRelaying},
	{"Postfix relay, for now", at("RCPT", "S: 454 4.7.1 <kim@customer.example>: Relay access denied"), survey.Temporary, false, survey.FaultRelaying},
	{"Postfix client listed", at("RCPT", "S: 554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.7"), survey.Temporary, false, survey.FaultBlocked},
	{"Postfix client without a name", at("RCPT", "S: 450 4.7.1 Client host rejected: cannot find your reverse hostname, [192.0.2.7]"), survey.Temporary, false, survey.FaultBlocked},
	{"Postfix sender not owned", at("RCPT", "S: 553 5.7.1 <pulse@earshot.example>: Sender address rejected: not owned by user earshot"), survey.Temporary, false, survey.FaultSender},
	{"Postfix sender's domain", at("RCPT", "S: 550 5.1.8 <pulse@earshot.example>: Sender address rejected: Domain not found"), survey.Temporary, false, survey.FaultSender},
	{"Postfix sender's domain, for now", at("RCPT", "S: 450 4.1.8 <pulse@earshot.example>: Sender address rejected: Domain not found"), survey.Temporary, false, survey.FaultSender},
	{"Postfix log-in", at("RCPT", "S: 535 5.7.8 Error: authentication failed: authentication failure"), survey.Temporary, false, survey.FaultLogin},
	{"Postfix wants TLS", at("MAIL", "S: 530 5.7.0 Must issue a STARTTLS command first"), survey.Temporary, false, survey.FaultTLS},
	{"Postfix disk", at("MAIL", "S: 452 4.3.1 Insufficient system storage"), survey.Temporary, false, survey.FaultBusy},
	{"Postfix too many", at("MAIL", "S: 450 4.7.1 Error: too much mail from 192.0.2.7"), survey.Temporary, false, survey.FaultBusy},
	{"Postfix unknown user", at("RCPT", "S: 550 5.1.1 <kim@customer.example>: Recipient address rejected: User unknown in virtual mailbox table"), survey.Refused, true, ""},
	{"Postfix unknown domain", at("RCPT", "S: 550 5.1.2 <kim@customer.example>: Recipient address rejected: Domain not found"), survey.Refused, true, ""},
	{"Postfix greylists", at("RCPT", "S: 450 4.2.0 <kim@customer.example>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/customer.example.html"), survey.Temporary, false, ""},
	{"Postfix access map", at("RCPT", "S: 554 5.7.1 <kim@customer.example>: Recipient address rejected: Access denied"), survey.Refused, false, ""},
	{"Postfix content filter", at("body", "S: 451 4.3.0 Error: queue file write error"), survey.Temporary, false, ""},
	{"Postfix header check", at("body", "S: 550 5.7.1 Message content rejected"), survey.Refused, false, ""},
	{"Postfix size", at("MAIL", "S: 552 5.3.4 Message size exceeds fixed limit"), survey.Refused, false, ""},
	{"Postfix shuts down", at("RCPT", "S: 421 4.3.2 Service shutting down", "close"), survey.Temporary, false, survey.FaultBusy},
	// Exim, Sendmail, others
	{"Exim relay", at("RCPT", "S: 550 relay not permitted"), survey.Temporary, false, survey.FaultRelaying},
	{"Exim sender", at("RCPT", "S: 550 Sender verify failed"), survey.Temporary, false, survey.FaultSender},
	{"Exim unrouteable", at("RCPT", "S: 550 Unrouteable address"), survey.Refused, true, ""},
	{"Sendmail relay", at("RCPT", "S: 550 5.7.1 <kim@customer.example>... Relaying denied. Proper authentication required."), survey.Temporary, false, survey.FaultRelaying},
	{"Sendmail unknown user", at("RCPT", "S: 550 5.1.1 <kim@customer.example>... User unknown"), survey.Refused, true, ""},
	{"a small server", at("RCPT", "S: 503 5.5.4 Error: send AUTH command first"), survey.Temporary, false, ""},
	{"hMailServer", at("RCPT", "S: 530 SMTP authentication is required."), survey.Temporary, false, survey.FaultLogin},
	{"one that we do not know", at("RCPT", "S: 550 5.7.1 policy"), survey.Refused, false, ""},
	// Exchange and Microsoft 365
	{"Exchange relay", at("RCPT", "S: 550 5.7.1 Unable to relay"), survey.Temporary, false, survey.FaultRelaying},
	{"Exchange relay, newer", at("RCPT", "S: 550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"), survey.Temporary, false, survey.FaultRelaying},
	{"Microsoft 365 relay", at("RCPT", "S: 550 5.7.64 TenantAttribution; Relay Access Denied SMTP"), survey.Temporary, false, survey.FaultRelaying},
	{"Exchange anonymous", at("MAIL", "S: 530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"), survey.Temporary, false, survey.FaultLogin},
	{"Exchange sender", at("body", "S: 550 5.7.60 SMTP; Client does not have permissions to send as this sender"), survey.Temporary, false, survey.FaultSender},
	{"Microsoft 365 SendAsDenied", at("body", "S: 554 5.2.252 SendAsDenied; earshot@x.example not allowed to send as pulse@earshot.example; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied"), survey.Temporary, false, survey.FaultSender},
	{"Microsoft 365 bad sender", at("RCPT", "S: 550 5.1.8 Access denied, bad outbound sender AS(42004)"), survey.Temporary, false, survey.FaultSender},
	{"Microsoft 365 tenant", at("RCPT", "S: 550 5.7.705 Access denied, tenant has exceeded threshold. Please contact Microsoft support"), survey.Temporary, false, survey.FaultQuota},
	{"Microsoft 365 IP", at("RCPT", "S: 550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP. For more information see http://go.microsoft.com/fwlink/?LinkId=526653"), survey.Temporary, false, survey.FaultBlocked},
	{"Microsoft 365 banned IP", at("MAIL", "S: 550 5.7.606 Access denied, banned sending IP [192.0.2.7]"), survey.Temporary, false, survey.FaultBlocked},
	{"Microsoft 365 spam", at("body", "S: 550 5.7.501 Service unavailable. Access denied, spam abuse detected from 192.0.2.7"), survey.Temporary, false, survey.FaultBlocked},
	{"Microsoft 365 busy", at("MAIL", "S: 451 4.7.500 Server busy. Please try again later from [192.0.2.7]. (AS77712)"), survey.Temporary, false, survey.FaultBusy},
	{"Microsoft 365 unknown user", at("RCPT", "S: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient kim@customer.example not found by SMTP address lookup"), survey.Refused, true, ""},
	{"Microsoft 365 unknown user at the edge", at("RCPT", "S: 550 5.4.1 Recipient address rejected: Access denied. [DB3EUR04FT048.eop-eur04.prod.protection.outlook.com]"), survey.Refused, true, ""},
	{"Exchange restricts the recipient", at("RCPT", "S: 550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group"), survey.Refused, false, ""},
	{"Exchange mailbox full", at("RCPT", "S: 552 5.2.2 mailbox full"), survey.Refused, false, ""},
	{"Exchange closed mailbox", at("RCPT", "S: 550 5.2.1 mailbox disabled, not accepting messages"), survey.Refused, true, ""},
	// Gmail and Google Workspace
	{"Gmail app password", at("RCPT", "S: 534-5.7.9 Application-specific password required. For more information, go to", "S: 534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor a1-2.3 - gsmtp"), survey.Temporary, false, survey.FaultLogin},
	{"Gmail relay", at("MAIL", "S: 550-5.7.1 Invalid credentials for relay [192.0.2.7]. The IP address you've", "S: 550 5.7.1 registered in your Google Workspace SMTP Relay service doesn't match"), survey.Temporary, false, survey.FaultRelaying},
	{"Gmail relay, not registered", at("RCPT", "S: 550-5.7.1 Mail relay denied [192.0.2.7]. Invalid credentials for one of the", "S: 550 5.7.1 domains in MAIL FROM"), survey.Temporary, false, survey.FaultRelaying},
	{"Gmail daily quota", at("body", "S: 550-5.4.5 Daily user sending limit exceeded. For more information on Gmail", "S: 550 5.4.5 sending limits go to https://support.google.com/a/answer/166852"), survey.Temporary, false, survey.FaultQuota},
	{"Gmail daily relay quota", at("MAIL", "S: 550 5.4.5 Daily SMTP relay sending limit exceeded for this user."), survey.Temporary, false, survey.FaultQuota},
	{"Gmail relay peak", at("RCPT", "S: 450 4.2.1 Peak SMTP relay limit exceeded for customer."), survey.Temporary, false, survey.FaultQuota},
	{"Gmail unusual rate", at("body", "S: 421-4.7.0 Our system has detected an unusual rate of unsolicited mail", "S: 421 4.7.0 originating from your IP address.", "close"), survey.Temporary, false, survey.FaultQuota},
	{"Gmail IP", at("body", "S: 550-5.7.1 [192.0.2.7] The IP you're using to send mail is not authorized to", "S: 550 5.7.1 send email directly to our servers."), survey.Temporary, false, survey.FaultRelaying},
	{"Gmail DMARC", at("body", "S: 550-5.7.26 Unauthenticated email from earshot.example is not accepted due to", "S: 550 5.7.26 domain's DMARC policy."), survey.Temporary, false, survey.FaultSender},
	{"Gmail content", at("body", "S: 552-5.7.0 This message was blocked because its content presents a potential", "S: 552 5.7.0 security issue."), survey.Refused, false, ""},
	{"Gmail unknown user", at("RCPT", "S: 550-5.1.1 The email account that you tried to reach does not exist. Please try", "S: 550 5.1.1 double-checking the recipient's email address for typos"), survey.Refused, true, ""},
	{"Gmail disabled user", at("RCPT", "S: 550 5.2.1 The email account that you tried to reach is disabled."), survey.Refused, true, ""},
	{"Gmail user over quota", at("RCPT", "S: 452-4.2.2 The email account that you tried to reach is over quota. Please direct", "S: 452 4.2.2 the recipient to https://support.google.com/mail/?p=OverQuotaTemp"), survey.Temporary, false, ""},
	{"Gmail user gets too much", at("RCPT", "S: 450-4.2.1 The user you are trying to contact is receiving mail at a rate that", "S: 450 4.2.1 prevents additional messages from being delivered."), survey.Temporary, false, ""},
	// Amazon SES
	{"SES identity", at("body", "S: 554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: pulse@earshot.example"), survey.Temporary, false, survey.FaultSender},
	{"SES rate", at("body", "S: 454 Throttling failure: Maximum sending rate exceeded."), survey.Temporary, false, survey.FaultQuota},
	{"SES daily quota", at("body", "S: 454 Throttling failure: Daily message quota exceeded."), survey.Temporary, false, survey.FaultQuota},
	{"SES rights", at("body", "S: 554 Access denied: User `arn:aws:iam::1:user/ses' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:eu-west-1:1:identity/earshot.example'"), survey.Temporary, false, survey.FaultSender},
	{"SES paused", at("body", "S: 554 Message rejected: Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account."), survey.Temporary, false, survey.FaultBlocked},
	{"SES log-in", at("MAIL", "S: 530 Authentication required"), survey.Temporary, false, survey.FaultLogin},
	{"SES bad address", at("RCPT", "S: 501 Invalid RCPT TO address provided"), survey.Refused, false, ""},
	{"SES suppression list", at("body", "S: 554 Message rejected: Address is on the account suppression list"), survey.Refused, false, ""},
	// SendGrid, Mailgun, Brevo
	{"SendGrid sender", at("body", "S: 550 The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved."), survey.Temporary, false, survey.FaultSender},
	{"SendGrid anonymous", at("RCPT", "S: 550 Unauthenticated senders not allowed"), survey.Temporary, false, survey.FaultLogin},
	{"SendGrid right", at("body", "S: 403 You are not authorized to send from that email address"), survey.Temporary, false, survey.FaultSender},
	{"SendGrid invalid", at("RCPT", "S: 550 Invalid address kim@customer"), survey.Refused, true, ""},
	{"Mailgun relay", at("RCPT", "S: 550 5.7.1 Relaying denied"), survey.Temporary, false, survey.FaultRelaying},
	{"Mailgun rate", at("body", "S: 421 Domain earshot.example is not allowed to send: Sending limit exceeded", "close"), survey.Temporary, false, survey.FaultQuota},
	{"Brevo IP", at("RCPT", "S: 525 5.7.1 Unauthorized IP address. To authorize this IP, sign into your account"), survey.Temporary, false, survey.FaultRelaying},
	{"Brevo account", at("RCPT", "S: 502 5.7.0 Your SMTP account is not yet activated. Contact us"), survey.Temporary, false, survey.FaultLogin},
	// names that sound like something else
	{"an address that sounds like a block list", at("RCPT", "S: 550 mailbox for sales@blockchain.example does not exist"), survey.Refused, true, ""},
	{"an address that names a block list", at("RCPT", "S: 550 No such user: <abuse@spamhaus-watch.example>"), survey.Refused, true, ""},
	{"an address that sounds like relaying", at("RCPT", "S: 550 unknown user relay.denied@customer.example"), survey.Refused, true, ""},
	{"a mailbox that is busy, at a name like that", at("RCPT", "S: 450 <kim@reputation.example>: try again later"), survey.Temporary, false, ""},
	{"a greylisted name like that", at("RCPT", "S: 451 4.7.1 greylisted: spf@dkim.example"), survey.Temporary, false, ""},
	{"a domain that sounds like a block list", at("RCPT", "S: 550 blockchain.example: no mailbox of that name"), survey.Refused, true, ""},
	// asks for encryption, not for a password
	{"STARTTLS first", at("MAIL", "S: 530 Must issue STARTTLS command first"), survey.Temporary, false, survey.FaultTLS},
	{"TLS required", at("MAIL", "S: 530 5.7.1 TLS required"), survey.Temporary, false, survey.FaultTLS},
	{"must use TLS", at("MAIL", "S: 530 5.7.0 You must use TLS"), survey.Temporary, false, survey.FaultTLS},
	{"encryption needed", at("MAIL", "S: 538 5.7.11 Encryption required for requested authentication mechanism"), survey.Temporary, false, survey.FaultTLS},
	{"an unencrypted connection", at("MAIL", "S: 530 5.7.0 Authentication is not allowed on unencrypted connections"), survey.Temporary, false, survey.FaultTLS},
	// before a message
	{"the greeting is busy", []string{"S: 421 4.3.2 Service not available", "close"}, survey.Temporary, false, survey.FaultBusy},
	{"too many connections", []string{"S: 421 4.7.0 Too many concurrent SMTP connections", "close"}, survey.Temporary, false, survey.FaultQuota},
	{"the greeting refuses us", []string{"S: 554 5.7.1 192.0.2.7 is listed", "close"}, survey.Temporary, false, survey.FaultBlocked},
	{"the greeting is no greeting", []string{"S: SSH-2.0-OpenSSH_9.2", "close"}, survey.Temporary, false, survey.FaultConnection},
	{"hangs up at once", []string{"close"}, survey.Temporary, false, survey.FaultConnection},
	{"hangs up at MAIL", at("MAIL", "close"), survey.Temporary, false, survey.FaultConnection},
	// on this message, as far as anybody can tell
	{"hangs up at RCPT", at("RCPT", "close"), survey.Temporary, false, ""},
	{"hangs up after the dot", at("body", "close"), survey.Uncertain, false, ""},
	{"loses the thread", at("RCPT", "S: 503 5.5.1 Error: nested MAIL command"), survey.Temporary, false, ""},
}

func TestFaultsOfRealServers(t *testing.T) {
	t.Parallel()
	for _, row := range realReplies {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, row.script)
			got := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil)).Deliver(context.Background(), invitation())
			if got.Delivery != row.want || got.BadAddress != row.bad || got.Fault != row.fault {
				t.Errorf("got %+v, want delivery %d, bad address %t, fault %q", got, row.want, row.bad, row.fault)
			}
		})
	}
}

func TestFaultsOfTheLogin(t *testing.T) {
	t.Parallel()
	login := []string{"S: 220 x", "C: EHLO", "S: 250-x", "S: 250 AUTH PLAIN", "C: AUTH PLAIN"}
	for _, row := range []struct {
		name  string
		reply []string
		fault survey.Fault
	}{
		{"Gmail", []string{"S: 535-5.7.8 Username and Password not accepted. For more information, go to", "S: 535 5.7.8  https://support.google.com/mail/?p=BadCredentials"}, survey.FaultLogin},
		{"Microsoft 365", []string{"S: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant."}, survey.FaultLogin},
		{"Exchange", []string{"S: 535 5.7.3 Authentication unsuccessful"}, survey.FaultLogin},
		{"SES", []string{"S: 535 Authentication Credentials Invalid"}, survey.FaultLogin},
		{"SendGrid", []string{"S: 535 Authentication failed: Bad username / password"}, survey.FaultLogin},
		{"SendGrid credits", []string{"S: 451 Authentication failed: Maximum credits exceeded"}, survey.FaultQuota},
		{"Gmail too often", []string{"S: 454 4.7.0 Too many login attempts, please try again later."}, survey.FaultQuota},
		{"for now", []string{"S: 454 4.7.0 Temporary authentication failure: Connection lost to authentication server"}, survey.FaultLogin},
		{"hangs up", []string{"close"}, survey.FaultConnection},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, append(append([]string(nil), login...), row.reply...))
			got := newSMTP(t, configFor(t, "smtp://earshot:secret@"+server.addr+"?tls=none", nil)).Deliver(context.Background(), invitation())
			if got.Delivery != survey.Temporary || got.Fault != row.fault {
				t.Errorf("got %+v, want it put off because of %q", got, row.fault)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	good := startScripted(t, at("MAIL", "S: 250 ok"))
	bad := startScripted(t, at("MAIL", "S: 530 5.7.0 Authentication required"))
	for _, row := range []struct {
		name, addr string
		want       survey.Delivery
		fault      survey.Fault
	}{
		{"well", good.addr, survey.Accepted, ""},
		{"refused", bad.addr, survey.Temporary, survey.FaultLogin},
		{"not there", "127.0.0.1:1", survey.Temporary, survey.FaultConnection},
	} {
		t.Run(row.name, func(t *testing.T) {
			mailer := newSMTP(t, configFor(t, "smtp://"+row.addr+"?tls=none", nil))
			if got := mailer.Check(context.Background()); got.Delivery != row.want || got.Fault != row.fault {
				t.Errorf("got %+v, want delivery %d and fault %q", got, row.want, row.fault)
			}
		})
	}
}

// TestTheEndOfOurPatienceIsNoFault ends the context while the server is silent.
func TestTheEndOfOurPatienceIsNoFault(t *testing.T) {
	t.Parallel()
	server := startScripted(t, []string{"stall"})
	mailer := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil))
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for server.connections.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if got := mailer.Deliver(ctx, invitation()); got.Delivery != survey.Temporary || got.Fault != "" {
		t.Errorf("got %+v, want it put off without a fault", got)
	}
}

// TestCheckLeavesTheConnectionUsable delivers over the connection that was checked.
func TestCheckLeavesTheConnectionUsable(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	mailer := newSMTP(t, configFor(t, sink.URL(), nil))
	if got := mailer.Check(context.Background()); got.Delivery != survey.Accepted {
		t.Fatalf("got %+v, want it well", got)
	}
	wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250")
}
