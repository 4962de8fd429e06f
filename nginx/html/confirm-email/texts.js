/* Somebody says that an address is theirs. A click more than the link: programs that read mail follow links, too. */
const page = {
  ask: 'email/send',
  use: 'email/confirm',
  texts: {
    ko: {
      title: '이메일 주소 확인',
      ask: ['가입하신 이메일 주소로 확인 링크를 다시 보내 드립니다.', '이메일', '링크 받기'],
      use: ['이 이메일 주소로 StudyMate에 직접 가입하셨다면 확인해 주세요. 가입하신 적이 없다면 이 페이지를 닫아 주세요.', '제 이메일 주소가 맞습니다'],
      broken: '서버에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요',
      anew: '링크 다시 요청하기',
    },
    en: {
      title: 'Confirm your address',
      ask: ['We mail you the link once more.', 'E-mail', 'Send me the link'],
      use: ['If you yourself have signed up for StudyMate with this address, say so. If you have not, close this page.', 'This is my address'],
      broken: 'The server cannot be reached; try again shortly',
      anew: 'Ask for another link',
    },
  },
};
