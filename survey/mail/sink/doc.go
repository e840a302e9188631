// Package sink is a mail server that sends nothing on: it takes every mail, keeps the latest in memory and shows them.
package sink
