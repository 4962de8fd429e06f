/* A forgotten password is replaced. */
const page = {
  ask: 'password/forgot',
  use: 'password/reset',
  texts: {
    ko: {
      title: '비밀번호 재설정',
      ask: ['가입하신 이메일 주소로 새 비밀번호를 정하는 링크를 보내 드립니다.', '이메일', '링크 받기'],
      use: ['새 비밀번호를 정해 주세요. 다른 기기에서는 모두 로그아웃됩니다.', '새 비밀번호 (8자 이상)', '새 비밀번호 확인', '비밀번호 바꾸기'],
      differ: '두 비밀번호가 서로 다릅니다',
      broken: '서버에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요',
      anew: '링크 다시 요청하기',
    },
    en: {
      title: 'Choose another password',
      ask: ['We mail you a link with which you can choose another password.', 'E-mail', 'Send me the link'],
      use: ['Choose a new password. You will be logged out everywhere.', 'New password (8 characters or more)', 'The same again', 'Change my password'],
      differ: 'The two passwords differ',
      broken: 'The server cannot be reached; try again shortly',
      anew: 'Ask for another link',
    },
  },
};
