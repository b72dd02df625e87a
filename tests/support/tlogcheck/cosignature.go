package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// cosigner is a witness's key as x/mod's note package takes verifiers: C2SP tlog-cosignature v1.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	time *uint64
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	*c.time = binary.BigEndian.Uint64(sig)
	message := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", *c.time)), msg...)
	return ed25519.Verify(c.key, message, sig[8:])
}

func newCosigner(vkey string) (cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return cosigner{}, fmt.Errorf("%q is not a verifier key", vkey)
	}
	typed, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(typed) != 1+ed25519.PublicKeySize || typed[0] != 4 {
		return cosigner{}, fmt.Errorf("%q is not a witness's key", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	hash := binary.BigEndian.Uint32(sum[:4])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return cosigner{}, fmt.Errorf("the key id of %q is wrong", vkey)
	}
	return cosigner{parts[0], hash, typed[1:], new(uint64)}, nil
}

// checkCosigned wants the checkpoint, or the one inside a receipt, cosigned by all of the witnesses.
func checkCosigned(input []byte, vkeys []string) (string, error) {
	if head, checkpoint, found := bytes.Cut(input, []byte("\n\n")); found && bytes.HasPrefix(head, []byte("c2sp.org/tlog-proof@v1\n")) {
		input = checkpoint
	}
	var report []string
	for _, vkey := range vkeys {
		witness, err := newCosigner(vkey)
		if err != nil {
			return "", err
		}
		opened, err := note.Open(input, note.VerifierList(witness))
		if err != nil {
			return "", err
		}
		size := strings.Split(opened.Text, "\n")[1]
		report = append(report, fmt.Sprintf("%s cosigned size %s at %d", witness.name, size, *witness.time))
	}
	sort.Strings(report)
	return strings.Join(report, "\n"), nil
}
