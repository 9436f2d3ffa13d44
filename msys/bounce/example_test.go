package bounce_test

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomsys/gomsys/msys/bounce"
)

func Example() {
	c, err := bounce.New(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{
		"552 5.2.2 The mailbox is over quota",
		"550-5.1.1 The email account that you tried to reach does not exist.",
		"450 4.1.1 no such user",
		"554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org",
	} {
		class := c.ClassifyText(text, "example.com")
		fmt.Println(class.Code, class.Symbol, class.Category)
	}
	// Output:
	// 22 BC_SOFT_MAILBOX_FULL Soft
	// 10 BC_INVALID_RECIPIENT Hard
	// 70 BC_TRANSIENT Soft
	// 51 BC_BLOCK_SPAM_SOURCE Block
}

func ExampleClassifier_Explain() {
	c, err := bounce.New(&bounce.Options{
		UserSMTP:      "rules.csv",
		CustomClasses: map[int]string{99: "Profanity"},
		Open: func(string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("example.com,99,bad|word\n")), nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Explain("550 a bad, bad word", "example.com"))
	fmt.Println(c.Explain("550 5.2.2 sorry", "example.com"))
	// Output:
	// 99 Profanity user rule example.com,99,bad|word
	// 22 Mailbox Full enhanced status code 5.2.2
}
