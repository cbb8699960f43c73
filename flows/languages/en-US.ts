import type { Language } from "../language-pack";

const english: Language = {
  voice: { name: "Joanna", engine: "neural" },
  choose: "For English, press {key}.",
  chooseAgent: "To speak with a person, press 0.",
  welcome: "Welcome. Everything you enter is encrypted while you enter it.",
  fields: {
    cardNumber: {
      ask: "Please enter your card number, followed by the pound key. To start over, press star.",
      timeout: [
        "We did not receive any digits. Please enter your card number, followed by the pound key.",
        "We did not receive any digits. Please enter the long number on your card on your telephone's keypad, then press the pound key.",
      ],
      "too-short": "That number is too short. Please enter all digits of your card number, followed by the pound key.",
      "invalid-number": [
        "That is not a valid card number. Please enter it again, followed by the pound key.",
        "That is not a valid card number. Please look at your card, and enter its number digit by digit, followed by the pound key.",
      ],
      "unsupported-brand":
        "We do not take cards of that brand. Please enter the number of another card, followed by the pound key.",
    },
    expiryDate: {
      ask: "Please enter the date your card expires: two digits for the month and two digits for the year, followed by the pound key.",
      timeout:
        "We did not receive any digits. Please enter the month and the year your card expires, two digits each, followed by the pound key.",
      "too-short":
        "We need four digits: two for the month and two for the year. Please enter the date your card expires, followed by the pound key.",
      "invalid-date":
        "That is not a valid date. Please enter two digits for the month and two digits for the year, followed by the pound key. For March 2030, enter 0 3 3 0.",
      expired:
        "That card has expired. If you mistyped the date, please enter it again: two digits for the month and two digits for the year, followed by the pound key.",
    },
    securityCode: {
      ask: "Please enter your card's security code, followed by the pound key.",
      timeout:
        "We did not receive any digits. Please enter the security code that is printed on your card, followed by the pound key.",
      "invalid-security-code":
        "The security code of your card has {length} digits. Please enter all {length} digits, followed by the pound key.",
    },
    postalCode: {
      ask: "Please enter the postal code of your billing address, followed by the pound key.",
      timeout:
        "We did not receive any digits. Please enter the postal code of your billing address, followed by the pound key.",
      "too-short":
        "That postal code is too short. Please enter the postal code of your billing address, followed by the pound key.",
      "invalid-number":
        "That is not a valid postal code. Please enter the postal code of your billing address, followed by the pound key.",
    },
    digits: {
      timeout: "We did not receive any digits. {ask}",
      "too-short": "That number is too short. {ask}",
      "invalid-number": "That number is not valid. {ask}",
    },
  },
  outcomes: {
    accepted: "Thank you. Your card ending in {lastFour} was accepted.",
    acceptedWithoutCard: "Thank you. What you entered was accepted.",
    declined: "We are sorry, your card was declined.",
    "attempts-exhausted": "We are sorry, we could not take your details.",
    unavailable: "We are sorry, we cannot take card details at the moment.",
  },
  transfer: "Please hold while we connect you.",
  transferFailed: "We are sorry, nobody is free to take your call. Please call again later. Goodbye.",
  callAgain: "Please call again later.",
  goodbye: "Goodbye.",
};

export default english;
