package survey

// faultWords say what is wrong, and what to do about it.
var faultWords = map[Fault]struct{ sentence, help string }{
	FaultConnection: {"The mail server cannot be reached.", "Check the host, the port and the firewall."},
	FaultTLS:        {"The connection to the mail server cannot be encrypted, or its certificate is not valid.", "Check the port, ?tls=… and the server's certificate."},
	FaultLogin:      {"The mail server does not let Earshot in: user or password may be wrong.", "Check the user and the password in -smtp."},
	FaultSender:     {"The mail server does not take mail from Earshot’s sender address.", "Let the server's account send as -mail-from."},
	FaultRelaying:   {"The mail server refuses to pass Earshot’s mail on to others.", "Log in, or let the server carry mails of this machine to others."},
	FaultBlocked:    {"The mail server, or a list that it asks, has blocked this installation.", "Ask whoever runs the server why it has blocked this machine."},
	FaultQuota:      {"The mail server takes no more mail from this installation for now.", "Try again later."},
	FaultBusy:       {"The mail server cannot take mail for now.", "Try again later."},
}

// Sentence words the fault for people; empty where there is none.
func (f Fault) Sentence() string { return faultWords[f].sentence }

// Help says what to do about the fault, in a sentence; empty where nothing is known to help.
func (f Fault) Help() string { return faultWords[f].help }
