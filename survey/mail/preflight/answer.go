package preflight

import (
	"context"
	"errors"
	"net"
)

// absent says whether the DNS answered that there is no such name or record, which is an answer too.
func absent(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// texts returns the texts at a name; none where there is no such name.
func (r *run) texts(ctx context.Context, name string) ([]string, error) {
	found, err := r.DNS.LookupTXT(ctx, name)
	if absent(err) {
		return nil, nil
	}
	return found, err
}

// hosts returns the addresses of a name; none where there is no such name.
func (r *run) hosts(ctx context.Context, name string) ([]net.IPAddr, error) {
	found, err := r.DNS.LookupIPAddr(ctx, name)
	if absent(err) {
		return nil, nil
	}
	return found, err
}

// asker asks for the evaluation of SPF, which takes only what is called temporary for silence: that is all but an answer.
type asker struct{ DNS }

// LookupTXT implements spf.DNSResolver, as do the others.
func (a asker) LookupTXT(ctx context.Context, name string) ([]string, error) {
	found, err := a.DNS.LookupTXT(ctx, name)
	return found, temporary(err)
}

// LookupMX asks for who takes mail.
func (a asker) LookupMX(ctx context.Context, name string) ([]*net.MX, error) {
	found, err := a.DNS.LookupMX(ctx, name)
	return found, temporary(err)
}

// LookupIPAddr asks for addresses.
func (a asker) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	found, err := a.DNS.LookupIPAddr(ctx, host)
	return found, temporary(err)
}

// LookupAddr asks for names.
func (a asker) LookupAddr(ctx context.Context, addr string) ([]string, error) {
	found, err := a.DNS.LookupAddr(ctx, addr)
	return found, temporary(err)
}

// temporary calls an error so, unless it is an answer.
func temporary(err error) error {
	if err == nil || absent(err) {
		return err
	}
	return &net.DNSError{Err: err.Error(), UnwrapErr: err, IsTemporary: true}
}
