package mail

import (
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"earshot/survey"
)

// Relay is a mail server as one line tells of it: how to reach it, and how much of the mails it gets. Setup has no Mailer yet.
type Relay struct {
	Config
	Setup survey.RelaySetup
}

// ParseRelay reads a relay from one line, a URL as ParseURL reads it whose query may also take name, weight, backup (yes or no), connections, per-second,
// per-hour, per-day and warm-up (day:first or day:first:growth, such as 2026-12-01:50:1.5). Its name is its host where it has no other; it is told, as far as
// it is known, also where something is wrong. It reports all problems at once and never quotes the password.
func ParseRelay(line string) (Relay, error) {
	u, err := url.Parse(line)
	if err != nil {
		config, err := ParseURL(line)
		return Relay{Config: config}, err
	}
	var p problems
	if strings.Contains(u.RawQuery+u.Path+u.Fragment, "@") { // what stands there may be a part of the password
		p.add("URL", "has an @ behind the host: write special characters in the password as %%23 (#), %%2F (/), %%3F (?), %%40 (@)")
		return Relay{}, p.err()
	}
	var r Relay
	query := u.Query()
	r.readSetup(query, &p)
	u.RawQuery = query.Encode()
	if r.Config, err = ParseURL(u.String()); err != nil {
		p = append(survey.AsError(err).Fields, p...)
	}
	r.MaxConnections = r.Setup.Connections
	if r.Setup.Name == "" {
		r.Setup.Name = strings.ReplaceAll(strings.ToLower(r.Host), ":", "-") // an IPv6 address
	}
	return r, p.err()
}

// relayName is what a relay may be called.
var relayName = regexp.MustCompile(`^[A-Za-z0-9.-]+$`)

// mostOf bounds the numbers of a relay.
const (
	mostWeight      = 1000
	mostConnections = 1000
	mostPerSecond   = 10_000
	mostMails       = 1_000_000_000
)

// readSetup reads what is about the relay's part of the mails, and takes it out of the query.
func (r *Relay) readSetup(query url.Values, p *problems) {
	take := func(key string, read func(value string)) {
		if values, there := query[key]; there {
			read(values[len(values)-1])
			delete(query, key)
		}
	}
	number := func(key string, most int, to *int) {
		take(key, func(value string) {
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > most {
				p.add(key, "must be a number from 1 to %d, and is %q", most, value)
				return
			}
			*to = n
		})
	}
	take("name", func(value string) {
		if r.Setup.Name = value; !relayName.MatchString(value) || len(value) > survey.MaxRelayName {
			p.add("name", "must be 1 to %d letters, digits, dots and hyphens, and is %q", survey.MaxRelayName, value)
		}
	})
	take("backup", func(value string) {
		if r.Setup.Backup = value == "yes"; value != "yes" && value != "no" {
			p.add("backup", "must be yes or no, and is %q", value)
		}
	})
	number("weight", mostWeight, &r.Setup.Weight)
	number("connections", mostConnections, &r.Setup.Connections)
	number("per-second", mostPerSecond, &r.Setup.Limits.PerSecond)
	number("per-hour", mostMails, &r.Setup.Limits.PerHour)
	number("per-day", mostMails, &r.Setup.Limits.PerDay)
	take("warm-up", func(value string) {
		if r.Setup.WarmUp = parseWarmUp(value); r.Setup.WarmUp == nil {
			p.add("warm-up", "must be the first day and how many mails go out on it, such as 2026-12-01:50, and how many times as many on each day as on the one before, such as 2026-12-01:50:1.5; it is %q", value)
		}
	})
}

// mostGrowth is far more than any receiver puts up with.
const mostGrowth = 10

// parseWarmUp reads day:first or day:first:growth; nil where it is none.
func parseWarmUp(text string) *survey.WarmUp {
	parts := strings.Split(text, ":")
	if len(parts) != 2 && len(parts) != 3 {
		return nil
	}
	w := &survey.WarmUp{From: survey.Date(parts[0]), Growth: survey.WarmUpGrowth}
	var err error
	if w.First, err = strconv.Atoi(parts[1]); err != nil || w.First < 1 || w.First > mostMails || !w.From.Valid() {
		return nil
	}
	if len(parts) == 3 {
		if w.Growth, err = strconv.ParseFloat(parts[2], 64); err != nil || math.IsNaN(w.Growth) || w.Growth < 1 || w.Growth > mostGrowth {
			return nil
		}
	}
	return w
}
