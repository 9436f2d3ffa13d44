package openarc

import (
	"crypto"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// work is one set that is being made.
type work struct {
	o        *SealOptions
	key      crypto.Signer
	cv       CV
	now      int64
	canon    dkimsig.Canon
	bodyHash []byte
	h        dkimsig.Header
	sets     []*Set

	own  ownResults
	told bool // own has the chain's result
	set  *Set
}

// chain finds the sets that the new one follows.
func (w *work) chain(most int) error {
	if w.h.Count("From") == 0 {
		return ErrNoFrom
	}
	sets, fault := collect(w.h, most)
	switch {
	case fault != nil:
		return fmt.Errorf("%w: %w", ErrChainState, fault)
	case (w.cv == None) != (len(sets) == 0):
		return fmt.Errorf("%w: %s with %d sets", ErrChainState, w.cv, len(sets))
	case len(sets) >= most:
		return &ChainError{Err: ErrTooManySets}
	}
	w.sets = sets
	return nil
}

// build makes the fields of the set.
func (w *work) build() error {
	w.set = &Set{
		Instance: len(w.sets) + 1, Domain: w.o.Domain, Selector: w.o.Selector, CV: w.cv,
		Time: time.Unix(w.now, 0), AuthResults: w.results(),
	}
	w.set.results = field(resultsName, foldResults(fmt.Sprintf("%s: i=%d; %s", resultsName, w.set.Instance, w.set.AuthResults)))

	f := w.begin(messageName)
	f.Tag("c", "relaxed/"+w.canon.String())
	w.identify(f)
	names := w.o.Headers.Names(w.h, w.o.Oversign...)
	f.List("h", names, ":")
	f.Base64("bh", base64.StdEncoding.EncodeToString(w.bodyHash))
	f.Tag("b", "")
	digest := w.h.Digest(w.o.Digest.Hash().New(), dkimsig.Relaxed, names, []byte(f.String()))
	if err := w.sign(f, digest); err != nil {
		return err
	}
	w.set.message = field(messageName, f.String())

	sum := newSealHash()
	sum.use(w.o.Digest.Hash())
	for _, s := range w.sets {
		sum.add(s.results.Raw, s.message.Raw, s.seal.Raw)
	}
	sum.add(w.set.results.Raw, w.set.message.Raw)
	f = w.begin(sealName)
	f.Tag("cv", string(w.cv))
	w.identify(f)
	f.Tag("b", "")
	if err := w.sign(f, sum.digest(w.o.Digest.Hash(), []byte(f.String()))); err != nil {
		return err
	}
	w.set.seal = field(sealName, f.String())
	return nil
}

func field(name, text string) dkimsig.HeaderField {
	return dkimsig.HeaderField{Name: name, Raw: []byte(text + "\r\n")}
}

func (w *work) begin(name string) *dkimsig.Folder {
	f := dkimsig.NewFolder(name)
	f.Tag("i", strconv.Itoa(w.set.Instance))
	f.Tag("a", string(w.o.Digest))
	return f
}

func (w *work) identify(f *dkimsig.Folder) {
	f.Tag("d", w.o.Domain)
	f.Tag("s", w.o.Selector)
	f.Tag("t", strconv.FormatInt(w.now, 10))
}

func (w *work) sign(f *dkimsig.Folder, digest []byte) error {
	sig, err := w.o.Digest.Sign(w.key, digest)
	if err != nil {
		return &KeyError{w.o.Domain, w.o.Selector, err}
	}
	f.Data(base64.StdEncoding.EncodeToString(sig))
	return nil
}
