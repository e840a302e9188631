package main

import "earshot/survey/mailbox"

// checkMailbox reports what is wrong with the options of the mailbox, and completes them.
func (c *config) checkMailbox(problem report) {
	if c.mailboxURL == "" {
		if c.mailboxPassword != "" {
			problem("mailbox", "is missing: -mailbox-password is of it")
		}
		return
	}
	settings, err := mailbox.ParseURL(c.mailboxURL)
	if err != nil {
		problem("mailbox", "%v", err)
	}
	password, err := readSecret(c.mailboxPassword)
	switch {
	case err != nil:
		problem("mailbox-password", "%v", err)
	case password != "":
		settings.Password = password
	case settings.Password == "":
		problem("mailbox-password", "is missing: give the mailbox's password, or @ and the file that holds it")
	}
	if c.returnPath == "" {
		problem("return-path", "is missing: -mailbox is read for what comes back to it")
	}
	c.mailbox = mailbox.New(settings)
}
